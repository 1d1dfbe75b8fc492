import { Dialog } from "../components/dialog.tsx";
import { navigation } from "./navigation.ts";
import "./help.css";

const groups = [
  { title: "Go to", keys: navigation.map((page) => [page.keys, page.label] as const) },
  {
    title: "Anywhere",
    keys: [
      ["Ctrl K", "Search pages, metrics, incidents, rules"],
      ["/", "The same"],
      ["?", "This help"],
      ["Esc", "Close"],
    ],
  },
  {
    title: "In a list",
    keys: [
      ["j", "Next"],
      ["k", "Previous"],
      ["Enter", "Open"],
    ],
  },
  {
    title: "On an incident",
    keys: [
      ["a", "Move to the next state"],
      ["c", "Write a comment"],
    ],
  },
] as const;

export function Help({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <div className="help">
        {groups.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.keys.map(([keys, does]) => (
                <div key={keys}>
                  <dt>{does}</dt>
                  <dd>
                    {keys.split(" ").map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
