import type { ReactNode } from "react";
import { Link } from "react-router";
import { type Block, type Inline, readMarkdown } from "./markdown.ts";
import { pathOf } from "./runbooks.ts";

/** A page of docs/operations. */
export function RunbookText({ markdown }: { markdown: string }) {
  return (
    <div className="runbook">
      {readMarkdown(markdown).map((block, i) => (
        <div key={i}>{blockOf(block)}</div>
      ))}
    </div>
  );
}

function blockOf(block: Block): ReactNode {
  switch (block.kind) {
    case "heading":
      return <h3>{inlineOf(block.inline)}</h3>;
    case "paragraph":
      return <p>{inlineOf(block.inline)}</p>;
    case "code":
      return (
        <pre>
          <code>{block.text}</code>
        </pre>
      );
    case "bullets":
      return <ul>{itemsOf(block.items)}</ul>;
    case "steps":
      return <ol>{itemsOf(block.items)}</ol>;
    case "table":
      return (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                {block.head.map((cell, i) => (
                  <th key={i}>{inlineOf(cell)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, i) => (
                <tr key={i}>
                  {row.map((cell, j) => (
                    <td key={j}>{inlineOf(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

function itemsOf(items: readonly Inline[][]): ReactNode {
  return items.map((item, i) => <li key={i}>{inlineOf(item)}</li>);
}

function inlineOf(parts: readonly Inline[]): ReactNode {
  return parts.map((part, i) => <Part key={i} part={part} />);
}

function Part({ part }: { part: Inline }) {
  switch (part.kind) {
    case "text":
      return part.text;
    case "code":
      return <code>{part.text}</code>;
    case "strong":
      return <b>{part.text}</b>;
    case "link": {
      const path = pathOf(part.to);
      return path === undefined ? part.text : <Link to={path}>{part.text}</Link>;
    }
  }
}
