import { createHash } from "node:crypto";
import { shortestPassword } from "./accounts.ts";
import { passwordPath } from "./place.ts";

export interface SignInPage {
  /** Where the form goes. */
  action: string;
  email: string;
  /** Somebody was invited and chooses a password; otherwise it is asked for. */
  invited: boolean;
  name?: string;
  /** What was wrong with what was sent. */
  problem?: string;
}

/** The sign-in page of this machine, whole in itself: no script, no request but its own form. */
export function signInPage({ action, email, invited, name = "", problem }: SignInPage): string {
  const title = invited ? "Choose a password" : "Sign in";
  const lead = invited
    ? `You were invited as <b>${escaped(email)}</b>. Choose a password for this machine; you sign in with it from now on.`
    : "With the e-mail address and password of this machine. The first ones were printed when SentinelOps was first started here.";
  const fields = invited
    ? `<input type="hidden" name="email" value="${escaped(email)}">
       ${field({ label: "Your name", name: "name", type: "text", value: name, autocomplete: "name", focus: true })}
       ${field({ label: `Password, ${shortestPassword} characters or more`, name: "password", type: "password", autocomplete: "new-password", least: shortestPassword })}`
    : `${field({ label: "E-mail address", name: "email", type: "email", value: email, autocomplete: "username", focus: email === "" })}
       ${field({ label: "Password", name: "password", type: "password", autocomplete: "current-password", focus: email !== "" })}`;
  return documentOf(
    title,
    `<h1>${title}</h1>
     <p class="lead">${lead}</p>
     ${problem ? `<p class="problem" role="alert">${escaped(problem)}</p>` : ""}
     <form method="post" action="${escaped(action)}">
       ${fields}
       <button type="submit">${invited ? "Join" : "Sign in"}</button>
     </form>
     ${invited ? "" : `<p class="aside"><a href="${passwordPath}">Change password</a></p>`}`,
  );
}

/** Where a person changes its own password, whether signed in or not. */
export function passwordPage({ email = "", problem }: { email?: string; problem?: string }): string {
  const newOne = { type: "password", autocomplete: "new-password", least: shortestPassword } as const;
  return documentOf(
    "Change password",
    `<h1>Change password</h1>
     <p class="lead">The one you sign in with on this machine. Whoever is signed in with the present one has to sign in again within a quarter of an hour.</p>
     ${problem ? `<p class="problem" role="alert">${escaped(problem)}</p>` : ""}
     <form method="post" action="${passwordPath}">
       ${field({ label: "E-mail address", name: "email", type: "email", value: email, autocomplete: "username", focus: email === "" })}
       ${field({ label: "Present password", name: "password", type: "password", autocomplete: "current-password", focus: email !== "" })}
       ${field({ ...newOne, label: `New password, ${shortestPassword} characters or more`, name: "next" })}
       ${field({ ...newOne, label: "New password once more", name: "again" })}
       <button type="submit">Change password</button>
     </form>
     <p class="aside"><a href="/">Back to the dashboard</a></p>`,
  );
}

/** Says that the password was changed, and what that ends. */
export function passwordChangedPage(): string {
  return documentOf(
    "Password changed",
    `<h1>Password changed</h1>
     <p class="lead" role="status">Every session that was signed in with the old one ends within a quarter of an hour, this browser's too. One that began with a printed link rests on no password: end it under Settings, Your sessions.</p>
     <p><a class="button" href="/session/sign-in">Sign in</a></p>`,
  );
}

/** What to do where a sign-in cannot go on. */
export function stoppedPage(why: string): string {
  return documentOf(
    "Sign-in stopped",
    `<h1>This sign-in cannot go on</h1>
     <p class="lead">${escaped(why)}</p>
     <p><a class="button" href="/session/sign-in">Begin again</a></p>`,
  );
}

interface Field {
  label: string;
  name: string;
  type: "text" | "email" | "password";
  value?: string;
  autocomplete: string;
  focus?: boolean;
  least?: number;
}

function field({ label, name, type, value = "", autocomplete, focus, least }: Field): string {
  const more = `${least ? ` minlength="${least}"` : ""}${focus ? " autofocus" : ""}`;
  return `<label><span>${label}</span><input name="${name}" type="${type}" value="${escaped(value)}" autocomplete="${autocomplete}" maxlength="200" required${more}></label>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const style = `
:root{color-scheme:light dark;--bg:light-dark(oklch(.977 .003 265),oklch(.165 .012 268));--surface:light-dark(#fff,oklch(.2 .014 268));--line:light-dark(oklch(.912 .006 265),oklch(.285 .016 268));--field:light-dark(oklch(.64 .015 265),oklch(.53 .022 268));--ink:light-dark(oklch(.225 .02 268),oklch(.945 .006 265));--ink-2:light-dark(oklch(.43 .02 268),oklch(.765 .013 265));--accent:light-dark(oklch(.47 .16 277),oklch(.76 .115 277));--fill:light-dark(oklch(.5 .165 277),oklch(.56 .165 277));--critical:light-dark(oklch(.515 .195 25),oklch(.73 .155 25));--critical-soft:light-dark(oklch(.962 .018 25),oklch(.265 .06 25))}
*{box-sizing:border-box;margin:0}
body{min-height:100dvh;display:grid;place-content:center;padding:24px;background:var(--bg);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:min(400px,100vw - 48px);display:grid;gap:16px;padding:32px;background:var(--surface);border:1px solid var(--line);border-radius:14px}
svg{color:var(--accent)}.far{stroke:color-mix(in oklch,var(--accent) 40%,transparent)}
h1{font-size:1.5rem;letter-spacing:-.015em;line-height:1.25}
.lead{color:var(--ink-2)}
form,label{display:grid}form{gap:16px}label{gap:6px}label span{font-weight:550;font-size:.8125rem}
input{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--field);border-radius:8px;padding:9px 12px;min-height:42px}
button,.button{font:inherit;font-weight:600;color:#fff;background:var(--fill);border:0;border-radius:8px;padding:10px 16px;min-height:42px;cursor:pointer;text-align:center;text-decoration:none;display:block}
button:hover,.button:hover{filter:brightness(1.08)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.aside{font-size:.8125rem}.aside a{color:var(--accent)}
.problem{color:var(--critical);background:var(--critical-soft);border-radius:8px;padding:10px 12px}
`;

/** The page's own style and its own form; nothing else may load, run or frame it. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

function documentOf(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · SentinelOps</title>
<style>${style}</style>
</head>
<body>
<main>
<svg width="36" height="36" viewBox="0 0 32 32" aria-hidden="true" fill="none"><path class="far" d="M5 21a11 11 0 0 1 22 0" stroke-width="3" stroke-linecap="round"/><path d="M11 21a5 5 0 0 1 10 0" stroke="currentColor" stroke-width="3" stroke-linecap="round"/><path d="M4 27h24" stroke="currentColor" stroke-width="3" stroke-linecap="round"/><circle cx="16" cy="21" r="1.8" fill="currentColor"/></svg>
${body}
</main>
</body>
</html>
`;
}
