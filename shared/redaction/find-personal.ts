import { alnum, digits, isIn, runEnd, token, upperAlnum } from "./alphabet.ts";
import { ranks, type Span } from "./span.ts";

/** What follows the last dot of a name with an @ that is no address: files, systemd units, versions. */
const notDomains =
  /\.(?:png|jpe?g|gif|svg|webp|ico|js|mjs|cjs|ts|tsx|jsx|css|map|html?|json|ya?ml|zip|tar|gz|service|socket|target|slice|scope|timer|mount|device|path|swap|local|internal|so|py|rb|go|rs|java|md|txt|log)$/i;
/** ITU-T E.164. */
const mostPhoneDigits = 15;
const phoneForms: readonly RegExp[] = [
  /\+[1-9]\d{0,2}[ .-]?\(?\d{1,4}\)?(?:[ .-]?\d{2,4}){2,4}(?![\dA-Za-z])/y,
  /\([2-9]\d{2}\) ?[2-9]\d{2}[-. ]\d{4}(?![\dA-Za-z-])/y,
];
const plainPhone = /[2-9]\d{2}([-.])[2-9]\d{2}\1\d{4}(?![\dA-Za-z.-])/y;
const cardForm =
  /\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?!\d)|3[47]\d{2}([ -]?)\d{6}\2\d{5}(?!\d)|3[068]\d{12}(?!\d)/y;
const cardIssuers = /^(?:4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47068]|35|6(?:011|4[4-9]|5))/;
const ibanForm = /[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])/y;
const ipv4Form = /(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\dA-Za-z.])/y;
const ipv6Form =
  /(?:[0-9a-f]{1,4}:){2,7}(?:[0-9a-f]{1,4}|:(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5})?)(?![0-9a-z:])/iy;

/** The address around the @ at `at`. */
export function emailAt(text: string, at: number): Span | undefined {
  let start = at;
  while (start > 0 && at - start < 64 && isLocal(text.charCodeAt(start - 1))) start--;
  while (start < at && !isIn(text.charCodeAt(start), alnum)) start++;
  if (start === at) return undefined;
  let end = runEnd(text, at + 1, token, Math.min(text.length, at + 255));
  while (end > at && !isIn(text.charCodeAt(end - 1), alnum)) end--;
  const domain = text.slice(at + 1, end).replace(/_.*/s, "");
  end = at + 1 + domain.length;
  if (!/\.[A-Za-z]{2,24}$/.test(domain) || domain.includes("..") || notDomains.test(domain)) return undefined;
  const local = text.slice(start, at);
  // git@github.com:owner/repository names a repository, not a person.
  if (local === "git" && (text[end] === ":" || text[end] === "/")) return undefined;
  return found(text, start, end, "email");
}

/** A phone number in international or North American form, at a `+` or `(`. */
export function phoneAt(text: string, at: number): Span | undefined {
  for (const form of phoneForms) {
    form.lastIndex = at;
    if (!form.test(text)) continue;
    let number = text.slice(at, form.lastIndex);
    // Another number may follow behind a space.
    while (digitsOf(number) > mostPhoneDigits && /[ .-]/.test(number))
      number = number.replace(/[ .-][^ .-]*$/, "");
    const least = /^\+\d+$/.test(number) ? 10 : 8;
    const count = digitsOf(number);
    if (count >= least && count <= mostPhoneDigits) return found(text, at, at + number.length, "phone");
  }
  return undefined;
}

const digitsOf = (number: string) => number.replace(/\D/g, "").length;

/** A card or phone number, or an IP address where those count, at a place where digits begin. */
export function numberAt(text: string, at: number, addresses: boolean): Span | undefined {
  // The digits behind a decimal point are a fraction.
  if (text[at - 1] === "." && isIn(text.charCodeAt(at - 2), digits)) return undefined;
  const end = runEnd(text, at, digits, Math.min(text.length, at + 20));
  const length = end - at;
  if (length === 3 && (text[end] === "-" || text[end] === ".") && matches(plainPhone, text, at)) {
    return found(text, at, plainPhone.lastIndex, "phone");
  }
  if ((length === 4 || length >= 14) && length <= 16 && matches(cardForm, text, at)) {
    const card = text.slice(at, cardForm.lastIndex).replace(/\D/g, "");
    if (cardIssuers.test(card) && passesLuhn(card) && !followsId(text, at)) {
      return found(text, at, cardForm.lastIndex, "card");
    }
  }
  if (addresses && length <= 3 && text[end] === "." && matches(ipv4Form, text, at)) {
    return found(text, at, ipv4Form.lastIndex, "ip");
  }
  return undefined;
}

export function ipv6At(text: string, at: number): Span | undefined {
  if (!matches(ipv6Form, text, at)) return undefined;
  const address = text.slice(at, ipv6Form.lastIndex);
  // A time of day and a MAC address have colons too, but neither "::" nor eight groups.
  const groups = address.split(":").length;
  return address.includes("::") || groups === 8 ? found(text, at, ipv6Form.lastIndex, "ip") : undefined;
}

/** An account number whose checksum fits (ISO 13616, mod 97). */
export function ibanAt(text: string, at: number): Span | undefined {
  const head = runEnd(text, at, upperAlnum, Math.min(text.length, at + 5));
  if (head - at < 4 || !matches(ibanForm, text, at)) return undefined;
  const iban = text.slice(at, ibanForm.lastIndex).replaceAll(" ", "");
  if (iban.length < 15 || iban.length > 34) return undefined;
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1 ? found(text, at, ibanForm.lastIndex, "iban") : undefined;
}

function passesLuhn(card: string): boolean {
  let sum = 0;
  for (let i = 0; i < card.length; i++) {
    const digit = Number(card[card.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0 && /[^0]/.test(card);
}

/** One id in ten passes for a card by chance; what is called an id is one. */
function followsId(text: string, at: number): boolean {
  return /(?:id|ts|time|timestamp|ns|us|count|bytes|total|size|offset|seq|sequence|number_of)["'\s]{0,3}[=:]["'\s]{0,3}$/i.test(
    text.slice(Math.max(0, at - 32), at),
  );
}

function matches(form: RegExp, text: string, at: number): boolean {
  form.lastIndex = at;
  return form.test(text);
}

const isLocal = (code: number) => isIn(code, token) || code === 43 || code === 37;

function found(text: string, start: number, end: number, kind: string): Span {
  return { start, end, kind, secret: text.slice(start, end), rank: ranks.personal };
}
