/** Brings the signed PDF of a report back; its signatures are looked at before it is kept. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { ApiError } from '../api/http.ts';
import { FileField } from '../ui/file-field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useSending } from '../ui/use-sending.ts';
import { messages } from './report-messages.ts';
import { reportsApi, type ReportDetail } from './reports-api.ts';

/** As the collector takes it. */
const bytesMax = 16 * 1_048_576;
/** The server speaks of the file itself by these. */
const ofFile: ReadonlySet<number> = new Set([400, 413, 415, 422]);

type Props = {
  readonly report: ReportDetail;
  readonly etag: string | undefined;
  readonly onClose: () => void;
};

export function SignedDialog({ report, etag, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const { sending, send } = useSending();
  const [file, setFile] = useState<File | null>(null);
  const isOfFile = (refusal: ApiError): boolean => ofFile.has(refusal.status);
  return (
    <FormDialog
      title={text('report.verify')}
      submitLabel={text('report.verifyDo')}
      disabled={file === null}
      testId="report-signed"
      toldByField={isOfFile}
      onSubmit={async () => {
        if (file === null) return undefined;
        await send(file, (onProgress) => reportsApi.signed(report.id, file, etag, onProgress));
        await client.invalidateQueries({ queryKey: ['reports'] });
        return { text: text('report.verified') };
      }}
      onClose={onClose}
    >
      {(error) => (
        <FileField
          label={text('report.signedFile')}
          accept=".pdf,application/pdf"
          bytesMax={bytesMax}
          fault={error instanceof ApiError && isOfFile(error) ? error.message : undefined}
          sending={sending}
          testId="report-signed-input"
          onFile={setFile}
        />
      )}
    </FormDialog>
  );
}
