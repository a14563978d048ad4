/** The console's own line icons, one stroke width, drawn on a 20-unit grid; always next to a word. */

const paths = {
  overview: 'M3 10.6 10 4l7 6.6M5 9.2v7.3h10V9.2M8.4 16.4v-4h3.2v4',
  cases: 'M2.8 6.2h14.4v10H2.8zM7 6.2V3.8h6v2.4M2.8 10.6h14.4M8.6 10.6v1.8h2.8v-1.8',
  integrity: 'M10 2.6 16.2 5v4.6c0 3.8-2.6 6.6-6.2 7.8-3.6-1.2-6.2-4-6.2-7.8V5zM7.2 10l2 2 3.6-4',
  compliance:
    'M4.2 2.8h8.6l3 3v11.4H4.2zM7 8.2l1.2 1.2L10.4 7M7 12.6l1.2 1.2 2.2-2.4M12.2 8.6h1.4M12.2 13h1.4',
  administration:
    'M10 12.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM10 2.6v2.2M10 15.2v2.2M2.6 10h2.2M15.2 10h2.2M4.8 4.8l1.5 1.5M13.7 13.7l1.5 1.5M15.2 4.8l-1.5 1.5M6.3 13.7l-1.5 1.5',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  download: 'M10 3v9M6.4 8.6 10 12.2l3.6-3.6M3.6 16.4h12.8',
  upload: 'M10 12.4V3.4M6.4 6.8 10 3.2l3.6 3.6M3.6 16.4h12.8',
  plus: 'M10 4v12M4 10h12',
  edit: 'M3.6 16.4l.8-3.4 8.6-8.6 2.6 2.6-8.6 8.6zM11.2 6.2l2.6 2.6',
  copy: 'M7 7h9.4v9.4H7zM4 13V3.6h9.4',
  external: 'M8 4H4v12h12v-4M11 3.6h5.4V9M16 4l-7 7',
  clock: 'M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4zM10 6v4.2l2.8 1.8',
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
