import { afterEach, describe, expect, setSystemTime, test } from "bun:test";
import { createRouterTransport } from "@connectrpc/connect";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { exportJWK, generateKeyPair, type JWK, type JWTVerifyGetKey } from "jose";
import { remoteKeys } from "../../auth/remote-keys.ts";
import { serviceCredentials } from "../../auth/service-credentials.ts";
import { Secret } from "../../config.ts";
import { refusal } from "../../errors.ts";
import { refusedWith } from "./refused-with.ts";

/** An auth service whose keys and failures the test decides. */
function fakeAuth() {
  const state = { keys: [] as JWK[], down: false, keysAsked: 0, tokensAsked: [] as string[] };
  const transport = createRouterTransport((router) => {
    router.service(AuthService, {
      getJwks() {
        state.keysAsked += 1;
        if (state.down) throw refusal("unavailable");
        return { jwksJson: JSON.stringify({ keys: state.keys }) };
      },
      issueServiceToken({ service, secret, audience, workspaceId }) {
        if (state.down) throw refusal("unavailable");
        state.tokensAsked.push(`${service} ${secret} ${audience} ${workspaceId}`);
        return { accessToken: `token-${state.tokensAsked.length}`, expiresInSeconds: 300 };
      },
    });
  });
  return { state, transport };
}

async function newJwk(kid: string): Promise<JWK> {
  const { publicKey } = await generateKeyPair("EdDSA", { extractable: true });
  return { ...(await exportJWK(publicKey)), kid, alg: "EdDSA" };
}

const later = (ms: number) => setSystemTime(new Date(Date.now() + ms));
afterEach(() => {
  setSystemTime();
});

describe("the keys of the auth service", () => {
  const find = async (keys: JWTVerifyGetKey, kid: string) => {
    const header = { alg: "EdDSA", kid };
    return keys(header, { payload: "", signature: "", header, protected: "" });
  };

  test("are asked for once, however many ask at once", async () => {
    const { state, transport } = fakeAuth();
    state.keys = [await newJwk("a")];
    const keys = remoteKeys(transport);
    await Promise.all(Array.from({ length: 10 }, () => find(keys, "a")));
    expect(state.keysAsked).toBe(1);
  });

  test("are asked for anew for a key that is unknown, but not for every one", async () => {
    const { state, transport } = fakeAuth();
    state.keys = [await newJwk("a")];
    const keys = remoteKeys(transport);
    await find(keys, "a");
    state.keys = [await newJwk("b")];
    for (let call = 0; call < 5; call += 1) await expect(find(keys, "b")).rejects.toThrow("no applicable key");
    expect(state.keysAsked).toBe(1);
    later(3_000);
    await find(keys, "b");
    expect(state.keysAsked).toBe(2);
    await expect(find(keys, "a")).rejects.toThrow("no applicable key");
  });

  test("that cannot be had are the server's fault, and are asked for again", async () => {
    const { state, transport } = fakeAuth();
    state.keys = [await newJwk("a")];
    state.down = true;
    const keys = remoteKeys(transport);
    expect(await refusedWith(find(keys, "a"))).toBe("unavailable");
    state.down = false;
    await find(keys, "a");
  });

  test("stay known while auth cannot be reached, and are renewed when it can", async () => {
    const { state, transport } = fakeAuth();
    state.keys = [await newJwk("a")];
    const keys = remoteKeys(transport);
    await find(keys, "a");
    state.down = true;
    later(10 * 60_000);
    await find(keys, "a");
    expect(await refusedWith(find(keys, "b"))).toBe("unavailable");
    state.down = false;
    state.keys = [await newJwk("b")];
    later(20 * 60_000);
    await find(keys, "b");
    await expect(find(keys, "a")).rejects.toThrow("no applicable key");
  });
});

describe("a service's credentials", () => {
  test("are asked for once for each audience and workspace, and anew before they end", async () => {
    const { state, transport } = fakeAuth();
    const credentials = serviceCredentials(transport, "analysis", new Secret("the secret of analysis"));
    expect(await credentials("ingest")).toEqual({ authorization: "Bearer token-1" });
    expect(await credentials("ingest")).toEqual({ authorization: "Bearer token-1" });
    expect(await credentials("ingest", "w1")).toEqual({ authorization: "Bearer token-2" });
    expect(await credentials("export", "w1")).toEqual({ authorization: "Bearer token-3" });
    expect(state.tokensAsked[1]).toBe("analysis the secret of analysis ingest w1");
    later(241_000);
    expect(await credentials("ingest")).toEqual({ authorization: "Bearer token-4" });
  });

  test("that could not be had are asked for again", async () => {
    const { state, transport } = fakeAuth();
    const credentials = serviceCredentials(transport, "analysis", new Secret("the secret of analysis"));
    state.down = true;
    expect(await refusedWith(credentials("ingest"))).toBe("unavailable");
    state.down = false;
    expect(await credentials("ingest")).toEqual({ authorization: "Bearer token-1" });
  });
});
