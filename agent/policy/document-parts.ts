/** Puts the parts of a policy's text together: in order, of one head, and bounded. */
import { LIMITS } from '#protocol/limits.ts';
import type { PolicyDocument } from '#protocol/policy.ts';

/** A whole document: everything that is signed, and its text. */
export type WholeDocument = Omit<PolicyDocument, 'type' | 'part' | 'parts' | 'text'> & { text: string };

export type PartAnswer = { whole: WholeDocument } | 'more' | 'bad-parts';

export class DocumentParts {
  #head: string | undefined;
  #next = 1;
  #text = '';

  /** What was begun is forgotten. */
  reset(): void {
    this.#head = undefined;
    this.#next = 1;
    this.#text = '';
  }

  add(document: PolicyDocument): PartAnswer {
    const { part, parts, text, group, version, issue, sha256, rollback, signature } = document;
    const signed = { group, version, issue, sha256, rollback, signature };
    const head = JSON.stringify([signed, parts]);
    // A first part begins anew, whatever was under way.
    if (part === 1) this.reset();
    else if (head !== this.#head || part !== this.#next) {
      this.reset();
      return 'bad-parts';
    }
    if (part > parts || this.#text.length + text.length > LIMITS.policyCharsMax) {
      this.reset();
      return 'bad-parts';
    }
    this.#head = head;
    this.#next = part + 1;
    this.#text += text;
    if (part < parts) return 'more';
    const whole = { ...signed, text: this.#text };
    this.reset();
    return { whole };
  }
}
