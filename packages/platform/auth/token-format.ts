/** `iss` of every token. Keys differ from instance to instance; the name does not have to. */
export const ISSUER = "gigtrail";
/** `aud` of the tokens of people and devices; a service's tokens name the one service they are for. */
export const USER_AUDIENCE = "gigtrail";
/** `typ` of the tokens of people and devices (RFC 9068). */
export const USER_TOKEN_TYPE = "at+jwt";
/** `typ` of the tokens that services call each other with. */
export const SERVICE_TOKEN_TYPE = "gigtrail-service+jwt";
/** How long an access token is good, in seconds. */
export const ACCESS_TOKEN_S = 15 * 60;
/** How long a service token is good, in seconds. */
export const SERVICE_TOKEN_S = 5 * 60;
