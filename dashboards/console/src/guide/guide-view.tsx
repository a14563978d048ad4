/** Draws a guide. Links into the console stay in it; others open beside it and tell the other side nothing. */
import { Fragment, type ReactNode } from 'react';
import { Link } from '../router/router.tsx';
import type { Block, Guide, Inline } from './guide-tree.ts';

type Images = Guide['images'];

function drawInline(inline: Inline, images: Images): ReactNode {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'break':
      return <br />;
    case 'strong':
      return <strong>{drawAll(inline.children, images)}</strong>;
    case 'em':
      return <em>{drawAll(inline.children, images)}</em>;
    case 'span':
      return drawAll(inline.children, images);
    case 'link':
      return inline.to.startsWith('/') ? (
        <Link to={inline.to}>{drawAll(inline.children, images)}</Link>
      ) : (
        <a href={inline.to} target="_blank" rel="noopener noreferrer nofollow">
          {drawAll(inline.children, images)}
        </a>
      );
    case 'image':
      return <img src={images[inline.source]} alt={inline.alt} loading="lazy" />;
  }
}

// A guide is drawn once as it was written: places in it are as good as names.
function drawAll(inlines: readonly Inline[], images: Images): ReactNode {
  return inlines.map((inline, index) => (
    // oxlint-disable-next-line no-array-index-key
    <Fragment key={index}>{drawInline(inline, images)}</Fragment>
  ));
}

function Heading({
  block,
  images,
}: {
  readonly block: Extract<Block, { kind: 'heading' }>;
  readonly images: Images;
}) {
  const children = drawAll(block.children, images);
  if (block.depth <= 2) return <h2 id={block.anchor}>{children}</h2>;
  return <h3 id={block.anchor}>{children}</h3>;
}

function BlockView({ block, images }: { readonly block: Block; readonly images: Images }) {
  switch (block.kind) {
    case 'heading':
      return <Heading block={block} images={images} />;
    case 'paragraph':
      return <p>{drawAll(block.children, images)}</p>;
    case 'list': {
      const items = block.items.map((item, index) => (
        // oxlint-disable-next-line no-array-index-key
        <li key={index}>
          <Blocks blocks={item} images={images} />
        </li>
      ));
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'code':
      return <pre className="vg-pre">{block.text}</pre>;
    case 'note':
      return (
        <aside className="vg-guide-note">
          <Blocks blocks={block.children} images={images} />
        </aside>
      );
    case 'table':
      return (
        <div className="vg-guide-table">
          <table className="vg-table">
            <thead>
              <tr>
                {block.head.map((cell, index) => (
                  // oxlint-disable-next-line no-array-index-key
                  <th key={index} scope="col">
                    {drawAll(cell, images)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, index) => (
                // oxlint-disable-next-line no-array-index-key
                <tr key={index}>
                  {row.map((cell, place) => (
                    // oxlint-disable-next-line no-array-index-key
                    <td key={place} className="vg-wrap">
                      {drawAll(cell, images)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

export function Blocks({ blocks, images }: { readonly blocks: readonly Block[]; readonly images: Images }) {
  return blocks.map((block, index) => (
    // oxlint-disable-next-line no-array-index-key
    <BlockView key={index} block={block} images={images} />
  ));
}
