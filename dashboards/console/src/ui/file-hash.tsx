/** The SHA-256 of a file that was sent: computed here from the file itself, which does not leave, or typed. */
import { useState } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { messages } from '../documents/messages.ts';
import { FileField } from './file-field.tsx';
import { TextField } from './form-fields.tsx';

type Props = {
  readonly value: string;
  readonly onChange: (sha256: string) => void;
  readonly required?: boolean;
};

/** It is read into memory as a whole. */
const hashedBytesMax = 268_435_456;

async function sha256Of(file: File): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function FileHash({ value, onChange, required = false }: Props) {
  const text = useText(messages);
  const { t } = useI18n();
  const [busy, setBusy] = useState(false);
  const take = async (file: File | null) => {
    if (file === null) return;
    setBusy(true);
    try {
      onChange(await sha256Of(file));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="vg-form-row">
      <FileField
        label={text('document.file')}
        hint={busy ? t('state.loading') : text('document.fileHint')}
        bytesMax={hashedBytesMax}
        required={false}
        testId="hashed-file"
        onFile={(file) => void take(file)}
      />
      <TextField
        label={text('document.sha256')}
        required={required}
        maxLength={64}
        value={value}
        onChange={(next) => onChange(next.trim().toLowerCase())}
      />
    </div>
  );
}
