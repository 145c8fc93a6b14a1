// Blanks what is secret in a pasted text before anything is sent: each secret character becomes `*`, so lengths stay true.
//
// 1. It is an allow-list: what no rule calls harmless is blanked.
// 2. A value is looked at where it stands: by the name of its cookie, header, field or member, then by its shape. Shapes and names are
//    the product's own table (explain-table.js); of a shape, exactly the named groups of its pattern stay.
// 3. What is blanked once is blanked wherever it stands again.
// 4. JSON and XML inside base64 keep their structure: their secrets are blanked inside and the whole is written again, as long as before.
// 5. Whatever goes wrong on the way blanks more, never less.

import { TABLE } from "./explain-table.js";

const STAR = "*";
/** A star in place of a character that was written as three. */
const HIDDEN = "%2A";
/** Deeper than this nothing is opened: it is blanked as one value. */
const DEEPEST = 3;
/** As many bytes as the server reads; what is past them is cut off there and blanked here. */
const LONGEST = 262144;

const compile = (pattern, flags) => new RegExp(`^(?:${pattern})$`, flags);
const SHAPES = TABLE.shapes.map((shape) => ({ ...shape, pattern: compile(shape.pattern, "ds") }));
const NAMES = Object.fromEntries(Object.entries(TABLE.names).map(([kind, pattern]) => [kind, compile(pattern, "i")]));
const HEADERS = new Map(Object.entries(TABLE.headers).flatMap(([kind, names]) => names.map((name) => [name, kind])));
const ATTRIBUTES = new Set(TABLE.attributes);

// Base64, in both alphabets, one character of the string for one byte.

const isBase64 = (text) => /^[A-Za-z0-9+/_-]+={0,2}$/.test(text);

function decodeBase64(text) {
  try {
    return atob(text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, ""));
  } catch {
    return null;
  }
}

function encodeBase64Like(bytes, model) {
  const padding = /=*$/.exec(model)[0];
  let text = btoa(bytes).replace(/=+$/, "");
  if (!/[+/]/.test(model)) text = text.replaceAll("+", "-").replaceAll("/", "_");
  return text + padding;
}

const utf8 = (bytes) => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    return null;
  }
};

const asBytes = (text) => Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");

function jsonIn(text) {
  const bytes = decodeBase64(text);
  if (bytes === null || !bytes.startsWith("{")) return null;
  const read = utf8(bytes);
  try {
    const value = read === null ? null : JSON.parse(read);
    return value !== null && typeof value === "object" ? { text: read, value } : null;
  } catch {
    return null;
  }
}

function isJson(text) {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** The text with every `%XX` read, and for each character where it stood. */
function decodePercent(text) {
  const places = [];
  const letters = [];
  for (let at = 0; at < text.length; ) {
    const code = text[at] === "%" && /^[0-9A-Fa-f]{2}$/.test(text.slice(at + 1, at + 3)) ? 3 : 1;
    letters.push(code === 3 ? String.fromCharCode(parseInt(text.slice(at + 1, at + 3), 16)) : text[at]);
    places.push(at);
    at += code;
  }
  places.push(text.length);
  return { text: letters.join(""), places };
}

const stars = (length) => STAR.repeat(length);

/** A name with its words joined by `_`, however it was written: `clientSecret`, `client-secret` and `client.secret` are one. */
const words = (name) => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[-.\s]+/g, "_").toLowerCase();

/** Whether a name is of that kind, as it stands or in its words. */
const isNamed = (kind, name) => NAMES[kind].test(name) || NAMES[kind].test(words(name));

/** Whether a name says that its value is a secret, whatever the value looks like. */
const isSecretName = (name) => isNamed("password", name);

/** Every character blanked that could belong to a secret: what no token is written in tells how browsers will read the line. */
const starred = (text) => text.replace(/[^\s\p{Cc},"\\…]/gu, (letter) => stars(letter.length));

/** All but the first characters blanked; of a short value nothing stays. */
const opaque = (text) => (text.length > 16 ? text.slice(0, 2) + starred(text.slice(2)) : starred(text));

/** What stays of a value by its shape: the named groups. */
function keepGroups(text, match) {
  const letters = Array.from({ length: text.length }, () => STAR);
  for (const span of Object.values(match.indices.groups ?? {})) {
    if (span === undefined) continue;
    for (let at = span[0]; at < span[1]; at += 1) letters[at] = text[at];
  }
  return letters.join("");
}

/** Everything but the characters that hold the last bytes. */
function keepAllButBytes(text, from, tail) {
  const body = text.slice(from).replace(/=+$/, "");
  const bytes = Math.floor((body.length * 3) / 4);
  const kept = Math.floor((Math.max(0, bytes - tail) * 4) / 3);
  return text.slice(0, from + kept) + stars(text.length - from - kept);
}

/** What curl says about the connection, which holds nothing of what was sent. */
const TOLD =
  /^\s*(?:Trying|Connected to|Host \S+ was|IPv[46]:|ALPN|TLSv|SSL|Server certificate|subject:|start date:|expire date:|issuer:|subjectAltName|CAfile|CApath|using HTTP|Using HTTP|Connection|Closing|Re-using|Mark bundle|Request completely|upload completely|We are completely|Server auth using|Issue another|Ignoring|old SSL|old TLS|Certificate level|\[\d+ bytes)/;

class Blanker {
  constructor() {
    /** Blanked values and what they became, to find them again elsewhere. */
    this.seen = new Map();
    /** What is known of each value that was blanked: `at` is its address. */
    this.found = [];
    this.depth = 0;
    /** Whether the text is a recording of a browser, whose bodies are texts inside JSON. */
    this.isRecording = false;
  }

  // A value, by its name and then by its shape.

  /** What becomes of a value. `kind` is how it stands: cookie, header, field, member, path, word. */
  value(text, name, kind, at) {
    if (text === "" || /^\*+$/.test(text)) return text;
    if (text.includes("%") && kind !== "word") {
      const read = decodePercent(text);
      if (read.text !== text) return this.spread(text, read, this.value(read.text, name, kind, at));
    }
    if (text.startsWith("-----BEGIN ")) return this.text(text);
    const quoted = /^"(.*)"$/s.exec(text);
    if (quoted) return `"${this.value(quoted[1], name, kind, at)}"`;
    const fitting = (blanked) => (blanked.length === text.length ? blanked : opaque(text));
    const named = this.byName(text, name, kind);
    const opened = named === null ? this.opened(text, at) : null;
    if (opened !== null) return fitting(opened);
    const shown = fitting(named ?? this.byShape(text) ?? this.plain(text, name, kind));
    if (shown !== text) this.note(text, shown, name, at);
    return shown;
  }

  /** Puts what became of the characters back to where each of them stood, `%XX` as one. */
  spread(text, read, blanked) {
    if (blanked.length !== read.text.length) return opaque(text);
    return read.text
      .split("")
      .map((letter, index) => {
        const raw = text.slice(read.places[index], read.places[index + 1]);
        if (blanked[index] === letter) return raw;
        if (raw.length === 1) return blanked[index];
        return encodeURIComponent(blanked[index]).length === raw.length ? encodeURIComponent(blanked[index]) : HIDDEN;
      })
      .join("");
  }

  note(text, shown, name, at) {
    // What stands inside something else has no address of its own, and facts need one.
    if (at !== null) this.found.push({ at, name, text, shown });
    if (text.length >= 8) this.seen.set(text, shown);
    for (const run of shown.matchAll(/\*{12,}/g)) this.seen.set(text.slice(run.index, run.index + run[0].length), run[0]);
  }

  byName(text, name, kind) {
    const own = name.replace(/^__(?:Host-Http|Host|Secure|Http)-/i, "").replace(/(?:[._]\d+|C\d+)$/, "");
    if (kind === "word" || own === "") return null;
    if (isSecretName(own)) return stars(text.length);
    if (this.shapeOf(text) !== null || this.jose(text) !== null) return null;
    if (NAMES.csrf.test(own)) return text.slice(0, 4) + stars(Math.max(0, text.length - 4));
    if (NAMES.harmless.test(own) && (kind === "cookie" || kind === "jar")) return text;
    if (NAMES.plain.test(own) && kind !== "cookie") return /^(?:[a-z][a-z0-9+.-]*:\/)?\/.*[?#=;]/is.test(text) ? this.target(text) : text;
    if (NAMES.identity.test(own) && text.length <= 128 && !looksRandom(text)) return text;
    return null;
  }

  shapeOf(text) {
    if (text.length > LONGEST) return null;
    for (const shape of SHAPES) {
      const match = shape.pattern.exec(text);
      if (match && (shape.check === undefined || CHECKS[shape.check]?.(text, match))) return { shape, match };
    }
    return null;
  }

  byShape(text) {
    const jose = this.jose(text);
    if (jose !== null) return jose;
    const found = this.shapeOf(text);
    if (found === null) return null;
    const { shape, match } = found;
    return shape.special === undefined ? keepGroups(text, match) : SPECIAL[shape.special](this, text, match);
  }

  /** An address or a structure: what is secret in it is noted by itself. */
  opened(text, at) {
    if (/^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(text)) return this.url(text, at);
    return this.shapeOf(text) === null && this.jose(text) === null ? this.structure(text) : null;
  }

  /** What no shape knows: a few plain words and numbers stay, the rest is blanked. */
  plain(text, name, kind) {
    if (NAMES.session.test(name)) return opaque(text);
    if (NAMES.value.test(text)) return text;
    if (kind === "word" && text.length < 12) return text;
    if (kind === "path" && (text.length < 12 || /^[A-Za-z]+(?:[._-][A-Za-z]+)*$/.test(text))) return text;
    return opaque(text);
  }

  // JOSE: what is signed can be read by everyone who holds it; the signature cannot be made again.

  jose(text) {
    const parts = text.split("~");
    const jws = parts[0].split(".");
    if (jws.length > 5) return null;
    const header = jsonIn(jws[0]);
    if (header === null || Array.isArray(header.value)) return null;
    const known = ["alg", "enc", "typ", "kid"].some((member) => member in header.value);
    if (!known) return null;
    // Five parts are locked, and of fewer than three something is missing: there the header alone can be read.
    if (jws.length !== 3) return [jws[0], ...jws.slice(1).map((part) => stars(part.length)), ...parts.slice(1).map((part) => stars(part.length))].join(".");
    const signed = [jws[0], this.payload(jws[1]), stars(jws[2].length)].join(".");
    const rest = parts.slice(1).map((part) => (part.includes(".") ? (this.jose(part) ?? stars(part.length)) : this.disclosure(part)));
    return [signed, ...rest].join("~");
  }

  /** Claims stay, but for credentials inside them. */
  payload(part) {
    const bytes = decodeBase64(part);
    const text = bytes === null ? null : utf8(bytes);
    if (text === null || this.depth >= DEEPEST) return stars(part.length);
    const inner = text.startsWith("eyJ") ? this.jose(text) : null;
    if (inner !== null) return this.fitted(part, inner);
    return isJson(text) ? this.rewritten(part, text) : stars(part.length);
  }

  /** Of a disclosure the name stays: salt and value are what it discloses. */
  disclosure(part) {
    if (part === "") return part;
    const bytes = decodeBase64(part);
    const text = bytes === null ? null : utf8(bytes);
    try {
      const list = text === null ? null : JSON.parse(text);
      if (!Array.isArray(list) || list.length !== 3) return stars(part.length);
      const from = text.indexOf(JSON.stringify(list[1]));
      if (from < 0) return stars(part.length);
      const until = from + JSON.stringify(list[1]).length;
      const hide = (piece) => piece.replace(/[^[\]",\s]/g, STAR);
      const hidden = hide(text.slice(0, from)) + text.slice(from, until) + hide(text.slice(until));
      return this.fitted(part, hidden);
    } catch {
      return stars(part.length);
    }
  }

  /** JSON in base64, written again with the secrets inside blanked. */
  rewritten(part, text) {
    if (this.depth >= DEEPEST) return stars(part.length);
    this.depth += 1;
    const blanked = this.json(text, "inside");
    this.depth -= 1;
    return blanked === text ? part : this.fitted(part, blanked);
  }

  fitted(part, text) {
    const written = encodeBase64Like(asBytes(text), part);
    return written.length === part.length ? written : stars(part.length);
  }

  /** A value that holds a structure of its own: JSON in base64 or in plain, XML, a form. */
  structure(text) {
    if (this.depth >= DEEPEST) return null;
    const marked = /^(base64-)(.+)$/s.exec(text);
    if (marked) return marked[1] + (this.structure(marked[2]) ?? stars(marked[2].length));
    if (isBase64(text) && text.length >= 8) {
      const json = jsonIn(text);
      if (json !== null) return this.rewritten(text, json.text);
      const bytes = decodeBase64(text);
      const xml = bytes !== null && /^\s*<[?A-Za-z]/.test(bytes) ? utf8(bytes) : null;
      if (xml !== null) return this.fitted(text, this.xml(xml));
    }
    if (/^\s*[{[]/.test(text)) return isJson(text) ? this.json(text, "") : null;
    return /^\s*<[?A-Za-z]/.test(text) ? this.xml(text) : null;
  }

  /** XML: structure, names, times and algorithms stay; what is about a person and what seals does not. */
  xml(text) {
    const quiet = /<((?:[\w-]+:)?(?:SignatureValue|CipherValue|NameID|AttributeValue|BinarySecurityToken|Password|SessionIndex))\b([^>]*)>([^<]*)</g;
    return text
      .replace(quiet, (whole, tag, attributes, inner) => `<${tag}${attributes}>${byteStars(inner)}<`)
      .replace(/(SessionIndex=")([^"]*)"/g, (whole, before, inner) => `${before}${byteStars(inner)}"`);
  }

  // JSON: strings by the name of their member, wherever they stand.

  json(text, at) {
    const isKey = /"kty"/.test(text);
    let name = "";
    // What is open: whether all below it is secret, since its name is.
    const open = [false];
    const isSecret = () => open.at(-1) || isSecretName(name) || (at === "inside" && isNamed("secret", name) && open.length > 2);
    return text.replace(/"((?:[^"\\]|\\.)*)"(\s*:)?|-?\d+(?:\.\d+)?|[{}[\]]/gs, (whole, inner, colon) => {
      if (whole === "{" || whole === "[") {
        open.push(isSecret() || (isKey && TABLE.private_members.includes(name)));
        return whole;
      }
      if (whole === "}" || whole === "]") {
        if (open.length > 1) open.pop();
        return whole;
      }
      if (colon !== undefined) {
        name = inner;
        const isDrawn = /^[A-Za-z0-9+/=]{20,}$/.test(inner) && /\d/.test(inner) && looksRandom(inner);
        const isValue = this.shapeOf(inner) !== null || this.jose(inner) !== null || isDrawn;
        return isValue ? `"${byteStars(inner)}"${colon}` : whole;
      }
      if (inner === undefined) return open.at(-1) || isSecretName(name) || isNamed("code", name) ? stars(whole.length) : whole;
      if (open.at(-1) || (isKey && TABLE.private_members.includes(name))) return `"${byteStars(inner)}"`;
      const address = at === "inside" ? null : `body.${name}`;
      return `"${this.member(inner, name, address, at === "inside")}"`;
    });
  }

  member(inner, name, at, isClaim) {
    if (this.isRecording && name === "text") return this.escaped(inner, (read) => this.body(read));
    const isShown = isClaim && !isSecretName(name) && !isNamed("secret", name);
    return this.escaped(inner, (read) => {
      if (isShown && this.shapeOf(read) === null && this.jose(read) === null) return read;
      return this.value(read, name, "member", at);
    });
  }

  /** Works on a text that stands inside quotes; one that is written in an unusual way, or does not fit again, is blanked whole. */
  escaped(inner, work) {
    let read;
    try {
      read = JSON.parse(`"${inner.replace(/[\n\r\t]/g, (letter) => JSON.stringify(letter).slice(1, -1))}"`);
    } catch {
      return byteStars(inner);
    }
    const blanked = work(read);
    if (blanked === read) return inner;
    if (!inner.includes("\\")) return bytewise(inner, blanked);
    const escapes = [JSON.stringify, (text) => JSON.stringify(text).replaceAll("/", "\\/")].map((write) => (text) => write(text).slice(1, -1));
    const write = escapes.find((write) => write(read) === inner);
    return write === undefined ? byteStars(inner) : bytewise(inner, write(blanked));
  }

  // Cookies.

  cookies(text, address) {
    return text
      .split(";")
      .map((piece) => {
        const [, before, pair, after] = /^(\s*)(.*?)(\s*)$/s.exec(piece);
        const equals = pair.indexOf("=");
        // Without a name it is a value, wherever the equals sign is.
        if (equals <= 0) return before + pair.slice(0, equals + 1) + this.lonely(pair.slice(equals + 1)) + after;
        const name = pair.slice(0, equals).trim();
        return before + pair.slice(0, equals + 1) + this.cookie(pair.slice(equals + 1), name, address) + after;
      })
      .join(";");
  }

  cookie(value, name, address) {
    const isAttribute = ATTRIBUTES.has(name.replace(/^\$/, "").toLowerCase()) && /^"?[\w/.:, -]{0,64}"?$/.test(value);
    return isAttribute && this.shapeOf(value) === null ? value : this.value(value, name, "cookie", `${address}:${name}`);
  }

  lonely(value) {
    return ATTRIBUTES.has(value.toLowerCase()) ? value : this.value(value, "", "cookie", null);
  }

  setCookie(text) {
    const end = text.indexOf(";");
    const pair = end < 0 ? text : text.slice(0, end);
    const rest = end < 0 ? "" : text.slice(end);
    return (
      this.cookies(pair, "set-cookie") +
      rest.replace(/(;\s*)([^=;]*)(=?)([^;]*)/g, (whole, before, name, equals, value) => {
        const isKnown = ATTRIBUTES.has(name.trim().toLowerCase());
        return before + name + equals + (isKnown ? value : this.value(value, name.trim(), "field", ""));
      })
    );
  }

  // Addresses.

  url(text, at) {
    const parts = /^([a-z][a-z0-9+.-]*:\/\/)(?:([^\s/?#@]*)@)?([^\s/?#]*)([^\s?#]*)(\?[^\s#]*)?(#\S*)?$/i.exec(text);
    if (parts === null) return null;
    const [, scheme, user, host, path, query, fragment] = parts;
    const isOtp = /^otpauth/i.test(scheme);
    const shownUser = user === undefined ? "" : `${this.user(user, at)}@`;
    if (isOtp) {
      const seeded = (query ?? "").replace(/([?&](?:secret|data)=)([^&]*)/gi, (whole, before, seed) => {
        this.note(seed, stars(seed.length), "secret", at);
        return before + stars(seed.length);
      });
      return scheme + shownUser + host + path + seeded + (fragment ?? "");
    }
    const fields = (piece, place) => (piece ? piece[0] + this.form(piece.slice(1), place) : "");
    return scheme + shownUser + host + this.path(path) + fields(query, "url") + fields(fragment, "fragment");
  }

  /** A user and a password: the name stays unless it is a key itself, as many services have it. */
  user(text, at) {
    const colon = text.indexOf(":");
    const name = colon < 0 ? text : text.slice(0, colon);
    const isKey = this.shapeOf(name) !== null || this.jose(name) !== null || looksRandom(name);
    const shown = isKey ? this.value(name, "", "field", at) : name;
    return shown + (colon < 0 ? "" : `:${stars(text.length - colon - 1)}`);
  }

  path(text) {
    return text.replace(/[^/;]+/g, (segment) => {
      const matrix = /^(jsessionid=)(.*)$/i.exec(segment);
      return matrix ? matrix[1] + this.value(matrix[2], "JSESSIONID", "field", "url.jsessionid") : this.value(segment, "", "path", "");
    });
  }

  target(text) {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return this.url(text, "") ?? opaque(text);
    const parts = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(text);
    const fields = (piece, place) => (piece ? piece[0] + this.form(piece.slice(1), place) : "");
    return this.path(parts[1]) + fields(parts[2], "url") + fields(parts[3], "fragment");
  }

  form(text, place) {
    return text.replace(/([^&=]*)(=?)([^&]*)/g, (whole, name, equals, value) => {
      if (whole === "") return "";
      if (equals === "") return this.value(name, "", "path", "");
      return name + equals + this.field(value, decodePercent(name).text, `${place}.${name}`);
    });
  }

  field(value, name, at) {
    const read = decodePercent(value.replaceAll("+", " "));
    if (/^https?:\/\//i.test(read.text)) {
      const shown = this.url(read.text, at);
      return shown === read.text ? value : this.spread(value, read, shown ?? opaque(read.text));
    }
    return this.value(value, name, "field", at);
  }

  // Headers.

  header(name, text) {
    const lower = name.toLowerCase();
    switch (HEADERS.get(lower)) {
      case "cookie":
        return this.cookies(text, "cookie");
      case "set_cookie":
        return this.setCookie(text);
      case "authorization":
        return this.authorization(text, lower);
      case "address":
        return this.words(text, (word) => this.target(word));
      case "shown":
        return text;
      default:
        return this.words(text, (word) => this.word(word, name, "header", lower));
    }
  }

  words(text, rule) {
    return text.replace(/\S+/g, (word) => rule(word));
  }

  /** A scheme and what it carries: one token, or parameters of which the known ones stay. */
  authorization(text, at) {
    const parts = /^(\s*)([A-Za-z][A-Za-z0-9-]*)(\s+)(.*)$/s.exec(text);
    if (parts === null) return text.replace(/\S+/g, (word) => this.value(word, "", "header", at));
    const [, indent, scheme, space, rest] = parts;
    if (/^basic$/i.test(scheme)) return indent + scheme + space + this.basic(rest, at);
    const isList = /^[\w.-]+\s*=\s*(?:"|[^=\s])/.test(rest) && !/^[A-Za-z0-9+/_.~-]+={1,2}$/.test(rest.trim());
    if (!isList) return indent + scheme + space + rest.replace(/\S+/g, (word) => this.value(word, "", "header", at));
    const shown = rest.replace(/([\w.-]+)(\s*=\s*)("(?:[^"\\]|\\.)*"|[^,\s;]+)/g, (whole, name, equals, value) => {
      if (NAMES.parameter.test(name)) return whole;
      const bare = /^"(.*)"$/s.exec(value);
      return name + equals + (bare ? `"${this.secret(bare[1], name, `${at}.${name}`)}"` : this.secret(value, name, `${at}.${name}`));
    });
    return indent + scheme + space + shown;
  }

  secret(text, name, at) {
    const jose = this.jose(text);
    const shown = jose ?? stars(text.length);
    this.note(text, shown, name, at);
    return shown;
  }

  /** The user name stays, the password does not. */
  basic(text, at) {
    const word = text.trim();
    const bytes = isBase64(word) ? decodeBase64(word) : null;
    const colon = bytes === null ? -1 : bytes.indexOf(":");
    const name = colon < 0 ? "" : bytes.slice(0, colon);
    // Of a key that stands in its place stays what stays of a key.
    const hidden = this.user(name, null).indexOf(STAR);
    const kept = colon < 0 ? 0 : Math.floor(((hidden < 0 ? colon + 1 : hidden) * 4) / 3);
    const shown = word.slice(0, kept) + stars(word.length - kept);
    this.note(word, shown, "basic", at);
    return text.replace(word, () => shown);
  }

  // Whatever stands loose in a line.

  word(text, name, kind, at) {
    const trimmed = /^([("'`<[{,;]*)(.*?)([)"'`>\]},;:.!?]*)$/s.exec(text);
    const [, before, inner, after] = trimmed;
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(inner)) return before + (this.url(inner, at) ?? opaque(inner)) + after;
    const pair = /^([A-Za-z_][\w.-]{0,63})([=:]["'`]?)(.+)$/s.exec(inner);
    if (pair && this.shapeOf(inner) === null) {
      return before + pair[1] + pair[2] + this.value(pair[3], pair[1], "field", at) + after;
    }
    return before + this.value(inner, name, kind, at) + after;
  }

  /** Word by word; a word that says "what follows is a secret" is believed: `--pass x`, `password: x`, `password = x`. */
  line(text) {
    const announced = new Set(Array.from(text.matchAll(/([A-Za-z_][\w.-]*)\s+[=:]/g), ([, word]) => word));
    let name = "";
    return this.words(text, (word) => {
      if (/^[=:]+>?$/.test(word)) return word;
      const isAnnounced = name !== "" && isSecretName(name);
      name = /^(?:--?([A-Za-z][\w.-]*)|["'`]?([A-Za-z_][\w.-]*)["'`]?[:=])$/.exec(word)?.slice(1).find(Boolean) ?? "";
      if (name === "" && announced.has(word)) name = word;
      return isAnnounced && name === "" ? starred(word) : this.word(word, "", "word", "");
    });
  }

  // The text as a whole.

  text(text) {
    const trimmed = text.trim();
    if (/^[{[]/.test(trimmed) && isJson(trimmed)) return this.har(text);
    // Armour stands by itself; what is around it is read as if it were not there.
    const armour = /(-----BEGIN ([A-Z0-9 ]+)-----)([\s\S]*?)(-----END \2-----|$)/g;
    const parts = [];
    let last = 0;
    for (const block of text.matchAll(armour)) {
      const [whole, begin, kind, body, end] = block;
      const isPublic = /^(?:[A-Z0-9 ]*CERTIFICATE(?: REQUEST)?|(?:[A-Z0-9]+ )?PUBLIC KEY)$/.test(kind) && end !== "" && /^[\sA-Za-z0-9+/=]*$/.test(body);
      parts.push(this.unarmoured(text.slice(last, block.index)), isPublic ? whole : begin + body.replace(/[^\s*]/g, STAR) + end);
      last = block.index + whole.length;
    }
    parts.push(this.unarmoured(text.slice(last)));
    return parts.join("");
  }

  unarmoured(text) {
    const trimmed = text.trim();
    if (trimmed === "") return text;
    const bare = this.bare(text, trimmed);
    if (bare !== null) return bare;
    if (/^(?:\$\s+)?curl\s/.test(trimmed) || /\bfetch\(\s*["'`]/.test(trimmed.slice(0, 200))) return this.command(text);
    return this.lines(text);
  }

  /** One token, perhaps wrapped over lines, or one address. */
  bare(text, trimmed) {
    if (trimmed === "" || /^[A-Za-z-]+:\s/.test(trimmed)) return null;
    if (!/\s/.test(trimmed)) {
      const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed);
      if (!isAddress && /^[^\s=;&|.]+=[^=].*/.test(trimmed) && this.shapeOf(trimmed) === null) return null;
      const quoted = /^(["'`“”‘’«»]?)(.*?)(["'`“”‘’«»]?[,;]?)$/s.exec(trimmed);
      const isCode = /^\d{4,10}$/.test(quoted[2]);
      const shown = isCode ? stars(quoted[2].length) : this.value(quoted[2], "", "bare", "");
      return text.replace(trimmed, () => quoted[1] + shown + quoted[3]);
    }
    const lead = /^bearer\s+/i.exec(trimmed)?.[0] ?? "";
    const joined = trimmed.slice(lead.length).replace(/\s+/g, "");
    const isOne = joined.length < LONGEST && (this.jose(joined) !== null || (!/ /.test(trimmed) && this.shapeOf(joined) !== null));
    if (!isOne) return null;
    const shown = this.value(joined, "", "bare", "");
    const from = text.indexOf(trimmed) + lead.length;
    let at = 0;
    return text.slice(0, from) + text.slice(from).replace(/\S/g, () => shown[at++]);
  }

  /** JSON, where a member `name` says what its `value` is, as in a HAR. */
  har(text) {
    const pair = /("name"\s*:\s*")((?:[^"\\]|\\.)*)("\s*,\s*"value"\s*:\s*")((?:[^"\\]|\\.)*)(")/g;
    const marked = text.replace(pair, (whole, before, name, between, value, after) => {
      const lower = name.toLowerCase();
      const shown = HEADERS.has(lower) ? this.header(name, value) : this.member(value, name, "", false);
      return before + name + between + bytewise(value, shown) + after;
    });
    this.isRecording = /"entries"\s*:/.test(text);
    return this.jsonAround(marked, pair);
  }

  /** The rest of such a file: every string that is not the value of a pair. */
  jsonAround(text, pair) {
    const parts = [];
    let last = 0;
    for (const match of text.matchAll(pair)) {
      parts.push(this.json(text.slice(last, match.index), ""), match[0]);
      last = match.index + match[0].length;
    }
    parts.push(this.json(text.slice(last), ""));
    return parts.join("");
  }

  /** A command or a snippet: quoted words are headers, bodies or addresses; one before a colon is a name, and the next one its value. */
  command(text) {
    let flag = "";
    let name = "";
    return text.replace(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`([^`]*)`|[^\s'"`]+/gs, (whole, single, double, tick, at) => {
      const inner = single ?? double ?? tick ?? whole;
      const quote = inner === whole ? "" : whole[0];
      const behind = /^\s*:/.test(text.slice(at + whole.length, at + whole.length + 8));
      // What follows a flag is its value, even where it ends like a name.
      const isFlagged = quote === "" && flag.startsWith("-");
      const asName = /^[A-Za-z][\w-]{0,40}$/.test(inner) && behind ? inner : /^([A-Za-z][\w-]{0,40}):$/.exec(inner)?.[1];
      const key = isFlagged ? undefined : asName;
      if (key !== undefined) {
        name = key;
        return whole;
      }
      if (quote === "" && /^[\s{}()[\],;:]*(?:await|fetch\(|\w{1,11})?[\s{}()[\],;:]*$/.test(inner)) return whole;
      const read = (text) => (name === "" || quote === "" ? this.argument(text, flag) : this.named(name, text));
      const shown = double !== undefined && double.includes("\\") ? this.escaped(double, read) : read(inner);
      flag = inner;
      name = "";
      return quote + (shown.length === inner.length ? shown : stars(inner.length)) + quote;
    });
  }

  /** The value of a member in a snippet. */
  named(name, inner) {
    if (name === "body") return this.body(inner);
    if (HEADERS.has(name.toLowerCase())) return this.header(name, inner);
    return this.value(inner, name, "field", `body.${name}`);
  }

  argument(inner, flag) {
    if (/^(?:-u|--user|-U|--proxy-user)$/.test(flag)) return this.user(inner, "authorization");
    if (/^(?:-b|--cookie)$/.test(flag)) return this.cookies(inner, "cookie");
    if (/^(?:-A|--user-agent|-X|--request|-o|--output)$/.test(flag)) return inner;
    if (/^(?:-d|--data[a-z-]*|-F|--form)$/.test(flag)) return this.body(inner);
    const header = /^([A-Za-z][A-Za-z0-9-]*)(:\s*)(.*)$/s.exec(inner);
    if (header && !/^[a-z][a-z0-9+.-]*:\/\//i.test(inner)) return header[1] + header[2] + this.header(header[1], header[3]);
    if (/^\s*[{[]/.test(inner)) return this.body(inner);
    if (/^--?[\w-]+$/.test(inner)) return inner;
    if (isSecretName(flag.replace(/^-+/, ""))) return stars(inner.length);
    return this.words(inner, (word) => this.word(word, flag.replace(/\W+$/, ""), "word", ""));
  }

  body(text) {
    if (/^\s*[{[]/.test(text)) return this.json(text, "");
    const named = this.namedLine(text);
    if (named !== null) return named;
    if (/^[^\s=&]+=[^\s]*$/.test(text.trim())) return this.form(text, "form");
    return this.line(text);
  }

  lines(text) {
    let inBody = false;
    let hadHead = false;
    // The name of a part of a form, whose value stands on lines of its own.
    let part = "";
    return text
      .split("\n")
      .map((line) => {
        const dump = /^([<>](?:\s|$)|\*\s|[{}]\s)(.*)$/s.exec(line);
        const before = dump === null ? "" : dump[1];
        const own = dump === null ? line : dump[2];
        if (before.startsWith("*")) return before + this.told(own);
        if (/^\s*\r?$/.test(own)) {
          inBody = hadHead;
          return line;
        }
        const request = /^([A-Z]{3,10} )(\S+)( HTTP\/[\d.]+\s*)$/.exec(own);
        const status = /^HTTP\/[\d.]+ \d{3}/.test(own);
        if (request !== null || status) {
          inBody = false;
          hadHead = true;
          return status ? line : before + request[1] + this.target(request[2]) + request[3];
        }
        if (/^--\S+\s*$/.test(own)) part = "";
        const disposition = /^content-disposition:.*\bname="([^"]*)"/i.exec(own);
        if (disposition !== null) {
          part = disposition[1];
          return line;
        }
        if (part !== "" && isSecretName(part) && !/^content-[a-z-]+:\s/i.test(own)) return before + starred(own);
        if (inBody && dump === null) return this.body(own);
        return before + this.headerLine(own);
      })
      .join("\n");
  }

  /** What curl tells of itself: how it is connected stays, what it quotes is read. */
  told(text) {
    const quoted = /^(.*\[)(:?[A-Za-z][\w-]*)(: )(.*)(\]\s*)$/s.exec(text);
    if (quoted !== null) {
      const [, start, name, colon, value, end] = quoted;
      const shown = name === ":path" ? this.target(value) : name.startsWith(":") ? value : this.header(name, value);
      return start + name + colon + shown + end;
    }
    return TOLD.test(text) ? text : this.line(text);
  }

  /** `name: value` or `name = value` where the name says that the value is secret, or a line of JSON. */
  namedLine(line) {
    if (/^\s*"[^"\s]{1,64}"\s*:/.test(line)) return this.json(line, "");
    const named = /^(\s*(?:-\s+|export\s+|set\s+)?["'`]?)([A-Za-z_][\w.-]{0,63})(["'`]?\s*(?:=>|[:=])\s*)(\S.*)$/s.exec(line);
    if (named === null || !isSecretName(named[2])) return null;
    const isPairs = /[&;]\s*[\w.-]+=/.test(named[4]);
    return isPairs ? null : named[1] + named[2] + named[3] + starred(named[4]);
  }

  headerLine(line) {
    if (line.includes("\t") && !/^\s*:?[A-Za-z][A-Za-z0-9-]*: /.test(line)) return this.tabbed(line);
    const named = this.namedLine(line);
    if (named !== null) return named;
    if (/^\s*[{[]\s*["{[\]}\d]/.test(line)) return this.json(line, "");
    const header = /^(\s*:?[A-Za-z][A-Za-z0-9-]*)(:\s*)(.*)$/s.exec(line);
    if (header !== null && !/^[a-z][a-z0-9+.-]*:\/\//i.test(line)) {
      const name = header[1].trim();
      const value = name === ":path" ? this.target(header[3]) : name.startsWith(":") ? header[3] : this.header(name, header[3]);
      return header[1] + header[2] + value;
    }
    const scheme = new RegExp(`^\\s*(?:${TABLE.schemes.join("|")})\\s+\\S`, "i").test(line);
    if (scheme) return this.authorization(line, "authorization");
    if (/^[^\s=;]+=/.test(line)) return this.pairs(line);
    return this.line(line);
  }

  /** `a=b; c=d`, `a=b&c=d`, or one pair. */
  pairs(line) {
    const names = line.split(";").slice(1).map((piece) => piece.split("=")[0].trim().toLowerCase());
    if (names.some((name) => ATTRIBUTES.has(name))) return this.setCookie(line);
    if (line.includes("&") && !line.includes(";")) return this.form(line, "form");
    return this.cookies(line, "cookie");
  }

  /** A row of a cookie jar or of developer tools: the value is the column that follows the name. */
  tabbed(line) {
    const columns = line.split("\t");
    if (columns.length < 3) return columns.map((column) => this.line(column)).join("\t");
    const isJar = columns.length === 7 && /^(?:TRUE|FALSE)$/.test(columns[1]);
    const at = isJar ? 6 : 1;
    return columns
      .map((column, index) => {
        if (index === at) return this.value(column, columns[at - 1], "jar", `cookie:${columns[at - 1]}`);
        const isHost = /^\.?(?:[a-z0-9-]{1,40}\.)+[a-z]{2,12}$/i.test(column) && !looksRandom(column);
        const isName = index === at - 1 && /^[\w.$-]{1,64}$/.test(column) && this.shapeOf(column) === null && !looksRandom(column);
        return isName || (isJar && index < at - 1) || isHost ? column : this.line(column);
      })
      .join("\t");
  }

  /** Blanks again, everywhere, what was blanked once. */
  everywhere(text) {
    let shown = text;
    const longest = [...this.seen].sort(([one], [other]) => other.length - one.length).slice(0, 400);
    for (const [secret, blanked] of longest) {
      if (secret.length >= 8 && secret !== blanked && !/^\*+$/.test(secret)) shown = shown.replaceAll(secret, () => blanked);
    }
    return shown;
  }
}

/** One star for each byte, so that sizes stay true where the text is written again as bytes. */
function byteStars(text) {
  return text.replace(/[^*]/gu, (letter) => stars(letter.length));
}

/** What became of a text, if it is as long as before. */
const bytewise = (text, shown) => (shown.length === text.length ? shown : byteStars(text));

/** More than 18 % of neighbouring letters and digits change class or case, of at least 16 with 8 different ones. */
export function looksRandom(text) {
  if (text.length < 16 || !/^[A-Za-z0-9+/=_.~*-]+$/.test(text) || new Set(text).size < 8) return false;
  const kind = (letter) => (/[a-z]/.test(letter) ? 1 : /[A-Z]/.test(letter) ? 2 : /\d/.test(letter) ? 3 : 4);
  let changes = 0;
  for (let at = 1; at < text.length; at += 1) changes += kind(text[at]) === kind(text[at - 1]) ? 0 : 1;
  return changes / (text.length - 1) > 0.18;
}

/** Text, or something that was packed or written by a serialiser: no secret drawn at random. */
function isLegible(payload) {
  if (payload.startsWith(".eJ") || payload.startsWith("BAh")) return true;
  const bytes = decodeBase64(payload);
  const text = bytes === null ? null : utf8(bytes);
  // Base64 with bars inside is locked once more.
  if (text !== null && text.length > 3 && /^[\x20-\x7e\s]*$/.test(text)) return !text.includes("--");
  return payload.length <= 64 && !looksRandom(payload) && !/^[0-9a-f]{16,}$/i.test(payload) && /[a-z]{3}/i.test(payload);
}

const CHECKS = {
  /** What is signed can be read as it is, so showing it shows nothing new. */
  legible: (text, match) => isLegible(match.groups.payload),
  /** Authority block and its length, as protocol buffers write them. */
  biscuit: (text) => /^\x12(?:[\x01-\x7f]|[\x80-\xff][\x01-\x7f])\x0a/.test(decodeBase64(text.replace(/^biscuit:/, "").slice(0, 8)) ?? ""),
  /** The value of a signed cookie is itself readable, not an id. */
  note: (text, match) => !looksRandom(match.groups.value) && !/^[A-Za-z0-9_-]{24,}$/.test(match.groups.value),
  /** User, time and seal in one base64, with colons between. */
  colons: (text) => /^[^:]+:\d{10,}(?::[A-Za-z0-9-]+)?:[0-9a-f]+$/.test(decodeBase64(text) ?? ""),
  /** Time, value and seal in one base64, with bars between. */
  barred: (text) => /^\d{10}\|/.test(decodeBase64(text.slice(0, 16)) ?? ""),
};

const SPECIAL = {
  /** Everything but the bytes at the end. */
  tail: (blanker, text, match) => {
    const { prefix, footer } = match.groups;
    const seal = { v1: 256, v3: 96 }[prefix.slice(0, 2)] ?? 64;
    return keepAllButBytes(text.slice(0, text.length - footer.length), prefix.length, seal) + footer;
  },
  tail_34: (blanker, text) => keepAllButBytes(text, 0, 34),
  /** Serialised values: of the texts in it those stay that are short. */
  texts: (blanker, text) => text.replace(/"([^"]*)"/g, (whole, inner) => (inner.length < 16 ? whole : `"${starred(inner)}"`)),
  /** The payload of a token behind a prefix. */
  inner: (blanker, text, match) => match.groups.prefix + (blanker.jose(text.slice(match.groups.prefix.length)) ?? stars(text.length - match.groups.prefix.length)),
  /** The seal of a remember-me cookie, after user, time and algorithm. */
  colons: (blanker, text) => {
    const kept = Math.floor((((decodeBase64(text) ?? "").lastIndexOf(":") + 1) * 4) / 3);
    return text.slice(0, kept) + stars(text.length - kept);
  },
};

/** Blanks a text. Gives the text to send and what was blanked in it, for the facts that only the whole value tells. */
export function blank(text) {
  const blanker = new Blanker();
  // What cannot be seen is taken away, as the server would: colours of a terminal, characters without width.
  const head = text.slice(0, LONGEST).replace(/\u001b\[[\d;]*[A-Za-z]|[\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]/g, "");
  let shown = blanker.everywhere(blanker.text(head));
  if (shown.length !== head.length) shown = head.replace(/\S/g, STAR);
  const cut = text.slice(LONGEST).replace(/\S/g, STAR);
  return { text: shown + cut, found: blanker.found };
}
