import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { Link, NavLink, useLocation, useNavigate } from "react-router";
import type { Session } from "../../../shared/tenancy/schemas.ts";
import { IconButton } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { useOpenCounts } from "../features/overview/open-counts.ts";
import { Where } from "../features/settings/where.tsx";
import { api } from "../lib/api.ts";
import { type Shortcuts, useShortcuts } from "../lib/shortcuts.ts";
import { Brand } from "./brand.tsx";
import { Help } from "./help.tsx";
import { LiveIndicator } from "./live.tsx";
import { navigation } from "./navigation.ts";
import { Palette } from "./palette.tsx";
import "./shell.css";
import { ThemeButton } from "./theme-button.tsx";

type Open = "palette" | "help" | undefined;

/** Navigation, search and status around every page. */
export function Shell({ session, children }: { session: Session; children: ReactNode }) {
  const [open, setOpen] = useState<Open>();
  useGlobalKeys(setOpen);
  const main = useFocusOnNavigation();
  const counts = useOpenCounts();
  const badges: Record<string, { count: number; says: string }> = {
    "/alerts": { count: counts.firing, says: "firing" },
    "/incidents": { count: counts.open, says: "open" },
  };
  return (
    <div className="shell">
      <a className="button skip" href="#main">
        Skip to the page
      </a>
      <header className="topbar">
        <BrandLink />
        <LiveIndicator />
        <ThemeButton />
        <IconButton icon="search" label="Search and go to" onClick={() => setOpen("palette")} />
      </header>
      <div className="side">
        <BrandLink />
        <button
          type="button"
          className="jump"
          onClick={() => setOpen("palette")}
          aria-label="Search and go to"
        >
          <Icon name="search" size={14} />
          <span>Go to…</span>
          <kbd>{isApple ? "⌘K" : "Ctrl K"}</kbd>
        </button>
        <nav className="nav" aria-label="Main">
          {navigation.map((page) => (
            <NavLink key={page.to} to={page.to} end={page.to === "/"} title={`${page.label}  (${page.keys})`}>
              <Icon name={page.icon} />
              <span className="nav-label">{page.label}</span>
              <span className="nav-short">{page.short}</span>
              <Count {...badges[page.to]} />
            </NavLink>
          ))}
        </nav>
        <div className="side-foot">
          <LiveIndicator />
          <Where session={session} />
          <p className="who truncate">{session.actor.name ?? session.actor.id}</p>
          <div className="side-tools">
            <ThemeButton />
            <IconButton icon="keyboard" label="Keyboard shortcuts" onClick={() => setOpen("help")} />
            <IconButton icon="signOut" label="Sign out" onClick={signOut} />
          </div>
        </div>
      </div>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      {open === "palette" && <Palette onClose={() => setOpen(undefined)} onHelp={() => setOpen("help")} />}
      {open === "help" && <Help onClose={() => setOpen(undefined)} />}
    </div>
  );
}

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

async function signOut() {
  await api.post("/api/session/end", {}).catch(() => {});
  location.assign("/");
}

function BrandLink() {
  return (
    <Link to="/" className="brand">
      <Brand />
      <span>SentinelOps</span>
    </Link>
  );
}

function Count({ count = 0, says = "" }: { count?: number; says?: string }) {
  if (count === 0) return null;
  return (
    <span className="count">
      {count > 99 ? "99+" : count}
      <span className="sr-only"> {says}</span>
    </span>
  );
}

function useGlobalKeys(setOpen: (open: Open) => void) {
  const navigate = useNavigate();
  const shortcuts = useMemo<Shortcuts>(
    () => ({
      ...Object.fromEntries(navigation.map((page) => [page.keys, () => navigate(page.to)])),
      "/": () => setOpen("palette"),
      "?": () => setOpen("help"),
    }),
    [navigate, setOpen],
  );
  useShortcuts(shortcuts);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setOpen("palette");
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [setOpen]);
}

/** A new page starts at its top, and with the keyboard inside it. */
function useFocusOnNavigation() {
  const ref = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const seen = useRef(pathname);
  useEffect(() => {
    if (seen.current === pathname) return;
    seen.current = pathname;
    window.scrollTo(0, 0);
    ref.current?.focus({ preventScroll: true });
  }, [pathname]);
  return ref;
}
