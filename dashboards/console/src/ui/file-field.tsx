/**
 * Files from the person's own disk, chosen by key or mouse or dropped on the field: it names what it takes, says at once why a
 * file will not do, and how far it is sent. The same file may be chosen again once it was mended: each choice is a new one.
 */
import { useRef, useState, type DragEvent } from 'react';
import { useText } from '../i18n/use-text.ts';
import { visibleString } from '../text/visible-text.ts';
import { endingsOf, faultOfFile, type FileRule } from './file-check.ts';
import { messages } from './file-messages.ts';
import { useFileSize } from './file-size.ts';
import { Field } from './form-fields.tsx';

/** How much of a file is sent, in bytes. */
export type Sending = { readonly name: string; readonly sent: number; readonly total: number };

type Common = {
  readonly label: string;
  /** As of an input: `.csv,text/csv`; left out: any. */
  readonly accept?: string;
  readonly bytesMax: number;
  /** Something that helps, before what is taken. */
  readonly hint?: string;
  /** What the server says of it. */
  readonly fault?: string | undefined;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly sending?: Sending | null;
  readonly testId: string;
};

type Props = Common & {
  /** Null: none is chosen, or one that will not do. */
  readonly onFile: (file: File | null) => void;
};

export function FileField({ onFile, ...rest }: Props) {
  return <Files {...rest} many={false} onFiles={(files) => onFile(files[0] ?? null)} />;
}

type ManyProps = Common & {
  /** All of them will do. */
  readonly onFiles: (files: readonly File[]) => void;
};

export function FilesField(props: ManyProps) {
  return <Files {...props} many />;
}

type Judge = (files: readonly File[], many: boolean) => string | null;

/** Why these will not do; null: they will. */
function useFaultOf(rule: FileRule): Judge {
  const text = useText(messages);
  const size = useFileSize();
  const types = endingsOf(rule.accept).join(', ');
  return (files, many) => {
    if (files.length > 1 && !many) return text('file.fault.many');
    for (const file of files) {
      const name = visibleString(file.name, 80);
      const fault = faultOfFile(file, rule);
      if (fault === 'type') return text('file.fault.type', { name, types });
      if (fault === 'empty') return text('file.fault.empty', { name });
      if (fault === 'large')
        return text('file.fault.large', { name, size: size(file.size), max: size(rule.bytesMax) });
    }
    return null;
  };
}

function Files(props: ManyProps & { readonly many: boolean }) {
  const { label, accept = '', bytesMax, hint, fault, many, onFiles, testId } = props;
  const { required = true, disabled = false, sending = null } = props;
  const text = useText(messages);
  const size = useFileSize();
  const faultOf = useFaultOf({ accept, bytesMax });
  const input = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);
  const types = endingsOf(accept).join(', ');
  const take = (files: readonly File[]) => {
    const found = faultOf(files, many);
    setWrong(found);
    // What will not do is not left standing in the field.
    if (found !== null && input.current !== null) input.current.value = '';
    onFiles(found === null ? files : []);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const { files } = event.dataTransfer;
    if (disabled || files.length === 0) return;
    // The browser shows its name then, and knows that the field is filled.
    if (input.current !== null) input.current.files = files;
    take([...files]);
  };
  const limit =
    types === ''
      ? text('file.limit', { size: size(bytesMax) })
      : text('file.limitTypes', { types, size: size(bytesMax) });
  return (
    <Field
      label={label}
      required={required}
      fault={wrong ?? fault}
      hint={
        <>
          {hint === undefined ? null : `${hint} `}
          {text(many ? 'file.dropMany' : 'file.drop')} {limit}
        </>
      }
    >
      {(ids) => (
        <div
          className="vg-file"
          data-over={isOver}
          onDragOver={(event) => {
            event.preventDefault();
            setIsOver(!disabled);
          }}
          onDragLeave={() => setIsOver(false)}
          onDrop={drop}
        >
          <input
            {...ids}
            ref={input}
            className="vg-input-file"
            type="file"
            accept={accept === '' ? undefined : accept}
            multiple={many}
            required={required}
            disabled={disabled}
            data-testid={testId}
            onClick={(event) => {
              event.currentTarget.value = '';
              setWrong(null);
              onFiles([]);
            }}
            onChange={(event) => take([...(event.target.files ?? [])])}
          />
          {sending === null ? null : <SendingBar {...sending} />}
        </div>
      )}
    </Field>
  );
}

function SendingBar({ name, sent, total }: Sending) {
  const text = useText(messages);
  const percent = total === 0 ? 0 : Math.floor((sent / total) * 100);
  const said = visibleString(name, 80);
  const words =
    sent >= total ? text('file.sent', { name: said }) : text('file.sending', { name: said, percent });
  return (
    <div className="vg-file-sending">
      <progress value={sent} max={total} aria-label={words} />
      <span data-testid="file-sending">{words}</span>
    </div>
  );
}
