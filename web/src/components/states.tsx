import type { ReactNode } from "react";
import { asProblem } from "../lib/problem.ts";
import { Button } from "./button.tsx";
import "./states.css";

/** Nothing here, and how that changes. */
export function Empty({
  title,
  children,
  actions,
}: {
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="empty">
      <h3>{title}</h3>
      <div className="stack">{children}</div>
      {actions && <div className="row wrap">{actions}</div>}
    </div>
  );
}

/** What failed, in the server's words, and a way on. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = asProblem(error);
  return (
    <div className="failed" role="alert">
      <h3>{problem.title}</h3>
      <p>{problem.message}</p>
      {retry && (
        <Button onClick={retry} icon="arrow">
          Try again
        </Button>
      )}
      {problem.requestId && <p className="failed-facts mono">Request {problem.requestId}</p>}
    </div>
  );
}

/** A failed action, in one line beside what was tried. */
export function Trouble({ error }: { error: unknown }) {
  if (!error) return null;
  const problem = asProblem(error);
  return (
    <p className="notice" role="alert">
      <span>
        {problem.message}
        {problem.requestId && <span className="failed-facts mono"> · {problem.requestId}</span>}
      </span>
    </p>
  );
}

export function SkeletonRows({ rows = 5 }: { rows?: number }) {
  return (
    <div className="skeleton-rows" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row}>
          <span className="skeleton" />
          <span className="skeleton" />
          <span className="skeleton" />
        </div>
      ))}
    </div>
  );
}

/** Holds the place of something of a known height, so that nothing jumps when it comes. */
export function SkeletonBlock({ height }: { height: number }) {
  return <span className="skeleton skeleton-block" style={{ height }} role="status" aria-label="Loading" />;
}

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage(): unknown;
}

export function LoadMore({ list }: { list: Paged }) {
  if (!list.hasNextPage) return null;
  return (
    <div className="more">
      <Button look="ghost" busy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
        Load more
      </Button>
    </div>
  );
}

interface Asked {
  isPending: boolean;
  isError: boolean;
  error: unknown;
  refetch(): unknown;
}

/** Loading, failed or there: `children` is drawn only when there is something to draw. */
export function Await({
  of,
  skeleton,
  children,
}: {
  of: Asked;
  skeleton?: ReactNode;
  children: () => ReactNode;
}) {
  if (of.isPending) return skeleton ?? <SkeletonRows />;
  if (of.isError) return <Failed error={of.error} retry={() => of.refetch()} />;
  return children();
}
