import { useEffect } from "react";
import { Brand } from "./brand.tsx";
import "./signed-out.css";

/** The way in: to the sign-in page of whoever knows the people here, and back to this very address. */
export function SignedOut() {
  useEffect(() => {
    document.title = "Sign in · SentinelOps";
  }, []);
  const returnTo = encodeURIComponent(`${location.pathname}${location.search}`);
  return (
    <main className="signed-out">
      <div>
        <Brand size={40} />
        <h1>Sign in to SentinelOps</h1>
        <p>You are taken to your sign-in page, and back here.</p>
        <div>
          <a className="button button-primary" href={`/session/sign-in?returnTo=${returnTo}`}>
            Sign in
          </a>
        </div>
        {isLocal && (
          <p className="quiet small">
            On this machine the link that <span className="mono">npm start</span> printed signs you in at
            once. Lost it? Start SentinelOps again: it prints a new one and loses no data.
          </p>
        )}
      </div>
    </main>
  );
}

const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);
