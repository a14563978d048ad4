/** One file from the person's own disk. The same file may be chosen again once it was mended: each choice is a new one. */
import { Field } from './form-fields.tsx';

type Props = {
  readonly label: string;
  /** As of an input: `.csv,text/csv`. */
  readonly accept: string;
  /** Null: none is chosen. */
  readonly onFile: (file: File | null) => void;
  readonly testId: string;
};

export function FileField({ label, accept, onFile, testId }: Props) {
  return (
    <Field label={label} required>
      {(ids) => (
        <input
          {...ids}
          className="vg-input vg-input-file"
          type="file"
          accept={accept}
          required
          data-testid={testId}
          onClick={(event) => {
            event.currentTarget.value = '';
            onFile(null);
          }}
          onChange={(event) => onFile(event.target.files?.[0] ?? null)}
        />
      )}
    </Field>
  );
}
