/** Line icons on a 16-unit grid; each is decoration beside a word, never the word itself. */
const paths = {
  overview: "M2.5 9.5a5.5 5.5 0 0 1 11 0M8 9.5l2.6-3M2 13h12",
  metrics: "M2 13.5h12M3 10l3-4 3 2.5 4-6",
  alerts:
    "M8 2a4 4 0 0 0-4 4c0 3.6-1.5 4.8-1.5 4.8h11S12 9.6 12 6a4 4 0 0 0-4-4ZM6.7 13.5a1.5 1.5 0 0 0 2.6 0",
  anomalies: "M1.5 11h3.2c1.6 0 1.6-8.5 3.3-8.5S9.7 11 11.3 11h3.2M1.5 14h13",
  settings:
    "M8 10.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M12.6 3.4l-1.4 1.4M4.8 11.2l-1.4 1.4",
  deploy: "M8 1.5c3 1.6 4 4.4 4 7l-2 2H6l-2-2c0-2.6 1-5.4 4-7ZM6 12.5l-1 2M10 12.5l1 2M8 6.2v.1",
  services: "M5.5 2h5v3.5h-5ZM1.5 10.5h5V14h-5ZM9.5 10.5h5V14h-5ZM8 5.5V8M4 10.5V8h8v2.5",
  incidents: "M8 2 14.5 13.5h-13ZM8 6.5v3M8 11.5v.1",
  notifications: "M2 4h12v8.5H2ZM2.5 4.5 8 9l5.5-4.5",
  health: "M1.5 8.5h3l2-5.5 3 10.5 2-5h3",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14",
  plus: "M8 3v10M3 8h10",
  check: "M3 8.5 6.5 12 13 4.5",
  close: "m4 4 8 8M12 4l-8 8",
  copy: "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
  arrow: "M3 8h10M9 4l4 4-4 4",
  back: "M13 8H3M7 4 3 8l4 4",
  chevron: "m6 4 4 4-4 4",
  down: "m4 6 4 4 4-4",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  moon: "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z",
  system: "M2 3h12v8H2ZM5.5 14h5M8 11v3",
  keyboard: "M1.5 4h13v8.5h-13ZM4 7h.1M6.7 7h.1M9.3 7h.1M12 7h.1M5 10h6",
  help: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM6 6.2a2 2 0 1 1 2.8 1.8c-.6.3-.8.6-.8 1.2M8 11.4v.1",
  clock: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM8 4.5V8l2.5 1.5",
  email: "M2 4h12v8.5H2ZM2.5 4.5 8 9l5.5-4.5",
  sms: "M2 3h12v8H8l-3.5 3v-3H2Z",
  slack: "M6 2v12M10 2v12M2 6h12M2 10h12",
  webhook:
    "M4.5 13.5a2.5 2.5 0 1 1 1-4.8L8 4.5M8 2a2.5 2.5 0 0 1 1.3 4.6l2 3.7M11.5 13.5a2.5 2.5 0 1 0 0-5M5 11h6.5",
  person: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 14.5c.5-3 2.7-4.5 5.5-4.5s5 1.5 5.5 4.5",
  key: "M10.5 9a3.5 3.5 0 1 0-3.2-2.1L2 12.2V14h2.5v-1.5H6V11h1.5l1.1-1.2c.6.2 1.2.2 1.9.2ZM11.5 5.5h.1",
  system_actor:
    "M4 4h8v8H4ZM6.5 1.5V4M9.5 1.5V4M6.5 12v2.5M9.5 12v2.5M1.5 6.5H4M1.5 9.5H4M12 6.5h2.5M12 9.5h2.5",
  link: "M6.5 9.5l3-3M7 4.5 8.5 3a3.2 3.2 0 0 1 4.5 4.5L11.5 9M9 11.5 7.5 13A3.2 3.2 0 0 1 3 8.5L4.5 7",
  edit: "M3 13v-2.5L10.5 3 13 5.5 5.5 13Z",
  trash: "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9M6.7 7v4M9.3 7v4",
  zoomOut: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14M5 7h4",
  signOut: "M6 2.5H3v11h3M7 8h7M11 5l3 3-3 3",
  flask: "M6 2h4M6.7 2v4L3 13.5h10L9.3 6V2M5 10h6",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" aria-hidden="true" className="icon">
      <path
        d={paths[name]}
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
