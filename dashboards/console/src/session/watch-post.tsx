/** The picture of the front page: a watch post on its hill at night, lamp lit, looking both ways. */
export function WatchPost() {
  return (
    <svg className="vg-art" viewBox="0 0 320 240" aria-hidden="true" preserveAspectRatio="xMidYMid meet">
      <path className="vg-art-beam" d="M160 92 0 58v92z" />
      <path className="vg-art-beam" d="M160 92 320 58v92z" />
      <path className="vg-art-hill-far" d="M0 206c52-26 92-30 140-18s112 6 180-26v78H0z" />
      <path className="vg-art-hill" d="M0 224c70-20 106-34 160-34s94 16 160 30v20H0z" />
      <g className="vg-art-post">
        <path d="m140 112-14 82M180 112l14 82M136 136h48M131 164h58M136 136l53 28M184 136l-53 28" />
        <path className="vg-art-cabin" d="M130 80h60v32h-60z" />
        <path className="vg-art-window" d="M138 86h44v13h-44z" />
        <path className="vg-art-roof" d="m118 80 42-26 42 26z" />
        <path d="M160 54V42" />
      </g>
      <circle className="vg-art-lamp" cx="160" cy="92.5" r="5" />
    </svg>
  );
}
