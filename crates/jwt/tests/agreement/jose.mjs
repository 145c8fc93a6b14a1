import { readFileSync } from "node:fs";
import { SignJWT, calculateJwkThumbprint, importJWK, importPKCS8, jwtVerify } from "jose";

const asked = JSON.parse(readFileSync(0, "utf8"));
const expected = { issuer: asked.issuer, audience: asked.audience, typ: "at+jwt", requiredClaims: ["sub", "exp"] };

const answer = async (job) => {
  const { alg } = job;
  const publicKey = await importJWK(job.public, alg);
  const privateKey = job.private ? await importPKCS8(job.private, alg) : publicKey;
  const read = async (token) => {
    try {
      return (await jwtVerify(token, publicKey, { ...expected, algorithms: [alg] })).payload.sub;
    } catch {
      return null;
    }
  };
  const sign = (claims) => new SignJWT(claims).setProtectedHeader({ alg, typ: "at+jwt", kid: job.kid }).sign(privateKey);
  const all = (list, one) => Promise.all(list.map(one));
  return {
    read: await all(job.ours, read),
    taken: await all(job.bent, async (token) => (await read(token)) !== null),
    signed: await all(job.claims, sign),
    thumbprint: await calculateJwkThumbprint(job.public),
  };
};

const answers = [];
for (const job of asked.jobs) answers.push(await answer(job));
process.stdout.write(JSON.stringify(answers));
