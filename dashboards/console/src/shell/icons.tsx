/** The console's own line icons, one stroke width, drawn on a 20-unit grid; always next to a word. */

const paths = {
  alerts: 'M10 2.8a5 5 0 0 0-5 5v3.4L3.4 14h13.2L15 11.2V7.8a5 5 0 0 0-5-5zM8.2 16.6a2 2 0 0 0 3.6 0',
  events:
    'M3 4.5h14M3 8.2h9M3 11.8h6M3 15.5h4M16.8 16.8l-2.3-2.3M13 15.4a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2z',
  agents: 'M3 3.8h14v9H3zM7 16.4h6M10 12.8v3.6',
  rules: 'M4.5 2.8h8l3 3v11.4h-11zM7.4 8.4h5.2M7.4 11.2h5.2M7.4 14h3',
  user: 'M10 10a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8zM3.6 17.2c.6-3 3.2-4.6 6.4-4.6s5.8 1.6 6.4 4.6',
  help: 'M10 17.4a7.4 7.4 0 1 0 0-14.8 7.4 7.4 0 0 0 0 14.8zM7.9 7.9a2.1 2.1 0 1 1 3 1.9c-.6.3-.9.7-.9 1.4M10 13.8v.1',
  close: 'M5 5l10 10M15 5L5 15',
  search: 'M9 15a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM17 17l-3.7-3.7',
  check: 'M4 10.5l4 4 8-9',
  undo: 'M7.5 5 4 8.5 7.5 12M4 8.5h8a4 4 0 0 1 0 8H9',
} as const;
export type IconName = keyof typeof paths;

/** An icon in the colour of the text. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="vg-icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** The mark of Vọng Gác: a watch post under its roof, the lamp lit. */
export function Logo() {
  return (
    <svg className="vg-logo" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M5.5 12 16 5.5 26.5 12" />
      <path d="M9.5 12.5h13v5h-13z" />
      <path d="M12 18 9.5 27M20 18l2.5 9M11 23h10" />
      <circle cx="16" cy="15" r="2.1" className="vg-logo-lamp" />
    </svg>
  );
}
