import { type ReactNode, useEffect, useId } from "react";
import { Link, NavLink } from "react-router";
import { Icon } from "./icon.tsx";
import "./panel.css";

/** A titled region of a page. `flush` lets a list or table touch its edges. */
export function Panel(props: { title: string; aside?: ReactNode; flush?: boolean; children: ReactNode }) {
  const id = useId();
  return (
    <section className={`panel${props.flush ? " panel-flush" : ""}`} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </div>
      <div className="panel-body">{props.children}</div>
    </section>
  );
}

export interface PageProps {
  title: string;
  /** What stands before the title, smaller: a mark, an id. */
  above?: ReactNode;
  subtitle?: ReactNode;
  /** The title is itself the news: set large, with a check when it is good news. */
  headline?: "calm" | "grave";
  actions?: ReactNode;
  back?: { to: string; label: string };
  children: ReactNode;
}

/** A page's frame; it also names the browser tab. */
export function Page({ title, above, subtitle, headline, actions, back, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · SentinelOps`;
  }, [title]);
  return (
    <div className="page">
      <header className="page-head">
        <div className="page-title">
          {back && (
            <Link to={back.to} className="page-crumb">
              <Icon name="back" size={14} />
              {back.label}
            </Link>
          )}
          {above && <div className="page-above">{above}</div>}
          <h1 className={headline && "headline"}>
            {headline === "calm" && <Icon name="check" size={24} />}
            {title}
          </h1>
          {subtitle && <p>{subtitle}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function Tabs({ label, tabs }: { label: string; tabs: readonly { to: string; label: string }[] }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <NavLink key={tab.to} to={tab.to} end>
          {tab.label}
        </NavLink>
      ))}
    </nav>
  );
}
