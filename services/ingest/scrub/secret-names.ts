import { MASK } from "./mask.ts";

const MAX_NAME_CHARS = 200;

// A name that says something about a secret: csrfTokenCookieName, passwordRequired, tokenType, tokenLength.
const ABOUT_A_SECRET = /(?:name|type|length|count|required|enabled|status|expires|expiry|expiresin|expiresat|hint)$/;

const CONTAINS_SECRET = new RegExp(
  [
    "passw(?:or)?d",
    "passphrase",
    "csrf",
    "xsrf",
    "authorization",
    "secret(?!ar)",
    "privatekey",
    "apikey",
    "accesskey",
    "cardnumber",
    "accountnumber",
    "routingnumber",
    "creditcard",
    "cardholder",
    "cardexp",
    "securitycode",
    "onetimecode",
    "sortcode",
    "(?<!page|continuation|sync)token$",
  ].join("|"),
);

const SECRET_NAMES: ReadonlySet<string> = new Set([
  ..."cookie cookies setcookie documentcookie pwd pin cvv cvv2 cvc cvc2 ssn iban jwt bearer".split(" "),
  ..."cfclearance cfbm pxhd authstoredata xupworkapitenantid otp".split(" "),
  ..."socialsecuritynumber taxid cardexpiry".split(" "),
]);

// What a form calls a payment field to the browser (`autocomplete`, HTML, 4.10.18.7), alone or behind other words.
const PAYMENT_FIELD = /(?:^|[\s_-])cc-(?:number|csc|exp|name|given-name|additional-name|family-name|type)/i;

// Names that are secret in a query or a cookie only; elsewhere they are a page's ordinary data. The parameters are
// those that carry a grant, a person or a client in Upwork's addresses, the rest Upwork's own cookies.
const SECRET_PARAMS: ReadonlySet<string> = new Set([
  ..."useruid orguid companyreference pagetitle modalinfo returnurl sessionid".split(" "),
  ..."currentorganizationuid companylastaccessed consoleuser recognized visitorid asctvt".split(" "),
  ..."universalsearchnuxtvt".split(" "),
]);

// Among them the cookies whose names begin with eight hexadecimal digits.
const SECRET_PARAM = /^(?:cfchl|upwses|[0-9a-f]{8}sb$)/;

/**
 * Whether a key, attribute, header or parameter of this name holds a secret whatever its value looks like. Spelling
 * (camelCase, snake_case, kebab-case) does not matter. CSS variables (`--token-bg`) hold none. What was masked is no name any more, or masking twice would
 * give another text.
 */
export function isSecretName(name: string): boolean {
  if (name.length > MAX_NAME_CHARS || name.startsWith("--") || name.includes(MASK)) return false;
  const plain = plainName(name);
  if (PAYMENT_FIELD.test(name)) return true;
  return (
    SECRET_NAMES.has(plain) || VENDOR_HEADER.test(plain) || (CONTAINS_SECRET.test(plain) && !ABOUT_A_SECRET.test(plain))
  );
}

/** The same for the name of a query parameter or cookie. */
export function isSecretParam(name: string): boolean {
  if (isSecretName(name)) return true;
  const plain = plainName(name);
  return SECRET_PARAMS.has(plain) || SECRET_PARAM.test(plain);
}

// Upwork's headers that say who calls.
const VENDOR_HEADER = /^vndeo/;

/** Whether a header of this name is a credential from its colon to the end of the line. */
export function isSecretHeader(name: string): boolean {
  return /^(?:(?:proxy)?authorization|(?:set)?cookie|x\w*(?:csrf|xsrf)\w*|vndeo\w*|xupworkapitenantid)$/.test(
    plainName(name),
  );
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "");
}
