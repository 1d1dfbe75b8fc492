import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Button } from "../components/button.tsx";
import { sessionKey } from "../lib/session.ts";
import { Brand } from "./brand.tsx";
import "./signed-out.css";

export function SignedOut() {
  const client = useQueryClient();
  useEffect(() => {
    document.title = "Sign in · SentinelOps";
  }, []);
  return (
    <main className="signed-out">
      <div>
        <Brand size={40} />
        <h1>Open the link that npm start printed</h1>
        <p>
          It stands in the terminal where SentinelOps was started. Open it in this browser and you are in.
        </p>
        <p className="quiet small">
          Lost it? Start SentinelOps again: it prints a new one and loses no data.
        </p>
        <div>
          <Button look="primary" onClick={() => client.invalidateQueries({ queryKey: sessionKey })}>
            I have opened it
          </Button>
        </div>
      </div>
    </main>
  );
}
