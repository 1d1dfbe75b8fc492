import { Failed } from "../components/states.tsx";
import { useSession } from "../lib/session.ts";
import { LiveProvider } from "./live.tsx";
import { Pages } from "./pages.tsx";
import { Shell } from "./shell.tsx";
import { SignedOut } from "./signed-out.tsx";
import { Toaster } from "./toaster.tsx";

/** Signed in: the dashboard. Signed out: the way in. Nothing is drawn before it is known which. */
export function App() {
  const session = useSession();
  if (session.isPending) return <p className="sr-only">Loading</p>;
  if (session.isError) return <Failed error={session.error} retry={() => session.refetch()} />;
  if (session.data === null) return <SignedOut />;
  return (
    <Toaster>
      <LiveProvider url={session.data.realtimeUrl}>
        <Shell session={session.data}>
          <Pages />
        </Shell>
      </LiveProvider>
    </Toaster>
  );
}
