// Drives a local vault with Microsoft's own client, challenge verification on.
// Environment: VAULT_URL, VAULT_TOKEN, NODE_EXTRA_CA_CERTS.
"use strict";

const assert = require("node:assert/strict");
const crypto = require("node:crypto");
const dns = require("node:dns");

// *.localhost is loopback (RFC 6761), but not every resolver knows.
const lookup = dns.lookup;
dns.lookup = (host, options, callback) => {
  if (typeof options === "function") {
    [options, callback] = [{}, options];
  }
  if (!host.endsWith(".localhost")) {
    return lookup(host, options, callback);
  }
  const address = { address: "127.0.0.1", family: 4 };
  return process.nextTick(() =>
    options.all ? callback(null, [address]) : callback(null, address.address, address.family));
};

const { KeyClient, CryptographyClient } = require("@azure/keyvault-keys");

const asked = [];
const credential = {
  async getToken(scopes, options) {
    asked.push({ scopes, tenantId: options.tenantId });
    return { token: process.env.VAULT_TOKEN, expiresOnTimestamp: Date.now() + 3_000_000 };
  },
};
const client = new KeyClient(process.env.VAULT_URL, credential, { retryOptions: { maxRetries: 1 } });

const steps = {
  async create() {
    const key = await client.createRsaKey("kek", { keySize: 3072, keyOps: ["wrapKey", "unwrapKey", "sign", "verify"], tags: { practice: "p1" } });
    assert.equal(key.name, "kek");
    assert.equal(key.key.n.length, 384);
    assert.equal(key.properties.tags.practice, "p1");
    assert.deepEqual(asked[0].scopes, ["https://vault.localhost/.default"]);
    assert.match(asked[0].tenantId, /^[0-9a-f-]{36}$/);
  },
  async get() {
    const current = await client.getKey("kek");
    const same = await client.getKey("kek", { version: current.properties.version });
    assert.equal(same.id, current.id);
  },
  async wrapAndUnwrap() {
    const dek = crypto.randomBytes(32);
    const remote = new CryptographyClient((await client.getKey("kek")).id, credential);
    const local = await remote.wrapKey("RSA-OAEP-256", dek);
    const unwrapped = await remote.unwrapKey("RSA-OAEP-256", local.result);
    assert.deepEqual(Buffer.from(unwrapped.result), dek);
  },
  async signAndVerify() {
    const digest = crypto.createHash("sha256").update("checkpoint").digest();
    const rsa = new CryptographyClient((await client.getKey("kek")).id, credential);
    const signed = await rsa.sign("PS256", digest);
    assert.equal((await rsa.verify("PS256", digest, signed.result)).result, true);
    const key = await client.createEcKey("checkpoints", { curve: "P-256" });
    const ec = new CryptographyClient(key.id, credential);
    const raw = await ec.sign("ES256", digest);
    assert.equal(raw.result.length, 64);
    assert.equal((await ec.verify("ES256", digest, raw.result)).result, true);
    assert.equal((await ec.verify("ES256", crypto.randomBytes(32), raw.result)).result, false);
    const open = crypto.createPublicKey({ format: "jwk", key: {
      kty: "EC", crv: "P-256",
      x: Buffer.from(key.key.x).toString("base64url"), y: Buffer.from(key.key.y).toString("base64url") } });
    assert.equal(crypto.verify("sha256", Buffer.from("checkpoint"), { key: open, dsaEncoding: "ieee-p1363" }, Buffer.from(raw.result)), true);
  },
  async update() {
    const { properties } = await client.getKey("kek");
    const expiresOn = new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000);
    const updated = await client.updateKeyProperties("kek", properties.version, { enabled: false, expiresOn, tags: { practice: "p2" } });
    assert.equal(updated.properties.enabled, false);
    assert.equal(updated.properties.tags.practice, "p2");
    assert.equal(updated.properties.expiresOn.getTime(), expiresOn.getTime());
    await assert.rejects(new CryptographyClient(updated.id, credential).unwrapKey("RSA-OAEP-256", crypto.randomBytes(384)),
      e => e.statusCode === 403 || e.name === "RestError" || /disabled/i.test(e.message));
    await client.updateKeyProperties("kek", { enabled: true });
    assert.equal((await client.getKey("kek")).properties.enabled, true);
  },
  async policy() {
    const set = await client.updateKeyRotationPolicy("kek", {
      expiresIn: "P90D", lifetimeActions: [{ action: "Rotate", timeBeforeExpiry: "P30D" }] });
    assert.equal(set.expiresIn, "P90D");
    const read = await client.getKeyRotationPolicy("kek");
    assert.equal(read.lifetimeActions[0].timeBeforeExpiry, "P30D");
    assert.ok(read.createdOn);
  },
  async rotate() {
    const before = (await client.getKey("kek")).properties.version;
    const after = await client.rotateKey("kek");
    assert.notEqual(after.properties.version, before);
    assert.equal(Math.round((after.properties.expiresOn - after.properties.createdOn) / 86_400_000), 90);
  },
  async list() {
    const names = [];
    for await (const p of client.listPropertiesOfKeys()) names.push(p.name);
    assert.deepEqual(names, ["checkpoints", "kek"]);
    for (let i = 0; i < 28; i++) await client.createEcKey("many");
    const versions = new Set();
    for await (const p of client.listPropertiesOfKeyVersions("many")) versions.add(p.version);
    assert.equal(versions.size, 28);
  },
  async deleteAndRecover() {
    const poller = await client.beginDeleteKey("kek", { intervalInMs: 50 });
    const deleted = await poller.pollUntilDone();
    assert.ok(deleted.properties.recoveryId.endsWith("/deletedkeys/kek"));
    await assert.rejects(client.createRsaKey("kek"), e => e.statusCode === 409);
    await assert.rejects(client.getKey("kek"), e => e.statusCode === 404 && e.code === "KeyNotFound");
    const names = [];
    for await (const key of client.listDeletedKeys()) names.push(key.name);
    assert.deepEqual(names, ["kek"]);
    const recovered = await (await client.beginRecoverDeletedKey("kek", { intervalInMs: 50 })).pollUntilDone();
    assert.equal(recovered.name, "kek");
    assert.ok(await client.getKey("kek"));
  },
  async purge() {
    await (await client.beginDeleteKey("kek", { intervalInMs: 50 })).pollUntilDone();
    await client.purgeDeletedKey("kek");
    await assert.rejects(client.getDeletedKey("kek"), e => e.statusCode === 404);
    assert.ok(await client.createRsaKey("kek"));
  },
};

(async () => {
  for (const [name, step] of Object.entries(steps)) {
    await step();
    console.log(`ok ${name}`);
  }
})().catch(error => {
  console.error(error);
  process.exit(1);
});
