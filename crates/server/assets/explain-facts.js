// What only the whole value tells, worked out here so that the secret itself need not be sent.
//
// 1. A fact says something about a value and never what it is: a length, a number of bits, yes or no.
// 2. Checks that need digests are made by the browser's own, where it has them (over https and on this machine).
// 3. Public secrets are tried as the server would try them: a list that stands in documentation, not an attack.

import { TABLE } from "./explain-table.js";

const subtle = globalThis.crypto?.subtle;
const bytesOf = (text) => new TextEncoder().encode(text);

function decode(text) {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "")), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

function encode(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// Bits: an upper bound from length and alphabet.

function alphabet(text) {
  if (/^\d+$/.test(text)) return 10;
  if (/^[0-9a-f]+$/.test(text) || /^[0-9A-F]+$/.test(text)) return 16;
  if (/[^A-Za-z0-9]/.test(text)) return 64;
  return /[a-z]/.test(text) && /[A-Z]/.test(text) ? 62 : 36;
}

/** Estimated bits of a run of characters. */
export function estimatedBits(text) {
  const different = new Set(text).size;
  if (different <= 3) return different;
  return Math.min(text.length * Math.log2(alphabet(text)), text.length * Math.log2(different) + 8);
}

function bitsOf(text) {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i.exec(text);
  if (uuid) return uuid[1] === "4" ? 122 : uuid[1] === "7" ? 74 : 0;
  const runs = text.split(/[^A-Za-z0-9_+/-]+/).filter(Boolean);
  return Math.max(0, ...runs.map(estimatedBits));
}

// Check digits: CRC-32, in six base62 digits or eight of hex.

const CRC = Uint32Array.from({ length: 256 }, (_, start) => {
  let rest = start;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

function crc32(text) {
  let sum = 0xffffffff;
  for (const byte of bytesOf(text)) sum = CRC[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

function base62(number) {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let text = "";
  for (let rest = number; text.length < 6; rest = Math.floor(rest / 62)) text = digits[rest % 62] + text;
  return text;
}

function checksumFits(text) {
  if (/^cr[rs]_/.test(text)) return base62(crc32(text.slice(0, -6))) === text.slice(-6);
  const github = /^(?:gh[pousr]_|npm_)([A-Za-z0-9]{30})([A-Za-z0-9]{6})$/.exec(text);
  if (github) return base62(crc32(github[1])) === github[2];
  const grafana = /^(glsa_[A-Za-z0-9]{32})_([0-9a-f]{8})$/.exec(text);
  return grafana ? crc32(grafana[1]).toString(16).padStart(8, "0") === grafana[2] : null;
}

// Predictable: counts, times, addresses, and fingerprints of small numbers.

function md5(bytes) {
  const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
  const constant = (round) => Math.floor(Math.abs(Math.sin(round + 1)) * 4294967296) >>> 0;
  const length = bytes.length;
  const padded = new Uint8Array((((length + 8) >> 6) + 1) * 64);
  padded.set(bytes);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, (length * 8) >>> 0, true);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < padded.length; block += 64) {
    let [a, b, c, d] = state;
    for (let round = 0; round < 64; round += 1) {
      const quarter = round >> 4;
      const mixed = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][quarter];
      const word = [round, 5 * round + 1, 3 * round + 5, 7 * round][quarter] % 16;
      const sum = (a + mixed + constant(round) + view.getUint32(block + word * 4, true)) >>> 0;
      const shift = shifts[quarter * 4 + (round % 4)];
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) >>> 0];
    }
    [a, b, c, d].forEach((word, index) => {
      state[index] = (state[index] + word) >>> 0;
    });
  }
  const digest = new DataView(new ArrayBuffer(16));
  state.forEach((word, index) => digest.setUint32(index * 4, word, true));
  return new Uint8Array(digest.buffer);
}

/** Numbers whose MD5 is tried here; the server goes further where it gets the whole value. */
const COUNTED = 10000;
let fingerprints;

function isPredictable(text) {
  if (/^\d+$/.test(text) || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text)) return true;
  if (!/^[0-9a-f]{32}$/i.test(text)) return false;
  fingerprints ??= new Set(Array.from({ length: COUNTED }, (_, number) => hex(md5(bytesOf(String(number))))));
  return fingerprints.has(text.toLowerCase());
}

// Signatures.

function signatureFacts(text) {
  const parts = text.split("~")[0].split(".");
  if (parts.length !== 3 || !/"alg"/.test(new TextDecoder().decode(decode(parts[0]) ?? new Uint8Array()))) return [];
  const signature = decode(parts[2]);
  if (signature === null) return [];
  const canonical = encode(signature) === parts[2];
  const facts = [["signature_bytes", signature.length], ["canonical", canonical]];
  if (signature.length > 8 && signature[0] === 0x30 && signature[1] === signature.length - 2) facts.push(["signature_der", true]);
  if (signature.length > 0 && signature.every((byte) => byte === 0)) facts.push(["signature_zero", true]);
  return facts;
}

async function hmac(hash, key, message) {
  // The browser takes no empty key; HMAC fills a short one with zeros, so one zero byte is the same key.
  const raw = key.length === 0 ? new Uint8Array(1) : key;
  const imported = await subtle.importKey("raw", raw, { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", imported, message));
}

const digest = async (hash, ...parts) =>
  new Uint8Array(await subtle.digest(hash, Uint8Array.from(parts.flatMap((part) => [...part]))));

/** How each sealed format makes its seal from a secret: `null` for a value that is none of them. */
function sealOf(text) {
  const parts = text.split(".");
  if (parts.length === 3 && text.startsWith("eyJ")) {
    const header = decode(parts[0]);
    const hash = /"alg"\s*:\s*"HS(256|384|512)"/.exec(header === null ? "" : new TextDecoder().decode(header))?.[1];
    const message = bytesOf(`${parts[0]}.${parts[1]}`);
    if (hash) return { seal: parts[2], make: [async (secret) => encode(await hmac(`SHA-${hash}`, secret, message))] };
  }
  const express = /^s:(.+)\.([A-Za-z0-9+/]{43})=?$/s.exec(text);
  if (express) {
    const plain = (bytes) => encode(bytes).replaceAll("-", "+").replaceAll("_", "/");
    return { seal: express[2], make: [async (secret) => plain(await hmac("SHA-256", secret, bytesOf(express[1])))] };
  }
  const flask = /^(.+\.[\w-]{6})\.([\w-]{27})$/.exec(text);
  if (flask) {
    const message = bytesOf(flask[1]);
    const salts = ["cookie-session", "itsdangerous.Signer", "itsdangerous"].map(bytesOf);
    const derived = salts.flatMap((salt) => [
      async (secret) => hmac("SHA-1", secret, salt),
      async (secret) => digest("SHA-1", salt, bytesOf("signer"), secret),
    ]);
    return { seal: flask[2], make: derived.map((derive) => async (secret) => encode(await hmac("SHA-1", await derive(secret), message))) };
  }
  return null;
}

async function guessFacts(text) {
  const sealed = subtle ? sealOf(text) : null;
  if (sealed === null) return [];
  for (const secret of TABLE.secrets) {
    for (const make of sealed.make) {
      if ((await make(bytesOf(secret))) === sealed.seal) return secret === "" ? [["secret_blank", true]] : [["secret_guessable", true]];
    }
  }
  return [["secret_guessable", false]];
}

async function disclosureFacts(text) {
  const [token, ...disclosures] = text.split("~");
  const payload = decode(token.split(".")[1] ?? "");
  const listed = disclosures.filter((one) => one !== "" && !one.includes("."));
  if (!subtle || payload === null || listed.length === 0) return [];
  const known = new TextDecoder().decode(payload);
  const digests = await Promise.all(listed.map(async (one) => encode(await digest("SHA-256", bytesOf(one)))));
  return [["disclosures_match", digests.every((one) => known.includes(`"${one}"`))]];
}

function seedFacts(text, name) {
  return /^secret$/i.test(name) && /^[A-Z2-7=]+$/i.test(text) ? [["seed_bits", text.replace(/=+$/, "").length * 5]] : [];
}

/** The facts about what was blanked, each with the address of its value. */
export async function observe(found) {
  const facts = [];
  for (const { at, name, text } of found.slice(0, 200)) {
    if (text.length > 65536) continue;
    const fits = checksumFits(text);
    const isToken = text.includes(".") && text.startsWith("eyJ");
    const own = [
      ...(fits === null ? [] : [["checksum_fits", fits]]),
      ...(isToken || name === "basic" ? [] : [["estimated_bits", Math.round(bitsOf(text))]]),
      ...(isPredictable(text) ? [["predictable", true]] : []),
      ...signatureFacts(text),
      ...(await guessFacts(text)),
      ...(await disclosureFacts(text)),
      ...seedFacts(text, name),
    ];
    facts.push(...own.map(([fact, value]) => ({ at, fact, value })));
  }
  return facts;
}
