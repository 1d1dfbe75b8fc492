import { stripVTControlCharacters } from "node:util";
import { redactText, searches } from "../../redaction/index.ts";
import { plainWords } from "../plain-words.ts";

/** What renders as nothing, or joins and reorders what stands around it. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/gu;
/** Marks piled upon a letter, beyond what any script needs. */
const piled = /(\p{M}{3})\p{M}+/gu;
/** The signs that prompts, tool calls and fences are made of, each beside one that looks alike and means nothing. */
const lookalikes: Record<string, string> = { "<": "‹", ">": "›", "`": "ˋ", "|": "¦", "{": "(", "}": ")" };
const bracketed = /\[(\/?)(inst|sys|system|assistant|user|tool|end)\]/gi;
const roles = /\b(system|assistant|user|human|tool|developer)\s*:/gi;

/**
 * Text from outside as a model may see it: one line, nothing invisible, no syntax that a model could take for a
 * turn, a tool call or the end of the data, secrets and personal data masked, cut. Masked before it is cut, and
 * after what hides in it is gone, so that no half of a secret slips through.
 */
export function visibleText(text: string, tenantSalt: string, most: number): string {
  const seen = stripVTControlCharacters(text.slice(0, most * 20).normalize("NFKC"))
    .replace(unseen, "")
    .replace(piled, "$1");
  const masked = redactText(seen, tenantSalt, searches.model).text;
  const harmless = masked
    .replace(/[<>`|{}]/g, (sign) => lookalikes[sign] ?? sign)
    .replace(bracketed, "[ $1$2 ]")
    .replace(roles, "$1 -");
  return plainWords(harmless, most);
}
