/** What a guide is made of, once the build has read it. */

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'strong' | 'em' | 'span'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly to: string; readonly children: readonly Inline[] }
  /** `source` names one of the guide's pictures. */
  | { readonly kind: 'image'; readonly source: string; readonly alt: string };

export type Block =
  | {
      readonly kind: 'heading';
      readonly depth: number;
      readonly anchor: string;
      readonly children: readonly Inline[];
    }
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'note'; readonly children: readonly Block[] }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

export type Guide = {
  readonly blocks: readonly Block[];
  /** Addresses of its pictures. */
  readonly images: Readonly<Record<string, string>>;
};
