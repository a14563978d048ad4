/** Holds a file of a document against our schema: faults with their line. Nothing is kept. */
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { LineText } from '../../text/safe-text.tsx';
import { FileField } from '../../ui/file-field.tsx';
import { Badge } from '../../ui/badge.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { faultLabel } from './exchange-words.ts';
import { exchangeApi, type Validated } from './exchange-api.ts';
import { messages } from './exchange-messages.ts';

const bytesMax = 16 * 1_048_576;
const faultsShown = 200;

function Answer({ found }: { readonly found: Validated }) {
  const text = useText(messages);
  const { number } = useI18n();
  const good = found.faultCount === 0;
  return (
    <div role="status" data-testid="exchange-validated">
      <p>
        <Badge tone={good ? 'good' : 'bad'}>
          {good ? text('exchange.valid') : text('exchange.faults', { n: found.faultCount })}
        </Badge>{' '}
        {found.variant ?? '—'} · {text('exchange.machines')}: {number(found.machines)} ·{' '}
        {found.isSigned ? text('exchange.signed') : text('exchange.unsigned')}
      </p>
      {good ? (
        <p className="vg-hint">{text('exchange.validNote')}</p>
      ) : (
        <>
          <DataTable
            caption={text('exchange.faults', { n: found.faultCount })}
            rows={found.faults.slice(0, faultsShown)}
            keyOf={({ line, path, code, what }) => `${line}:${path}:${code}:${what}`}
            testId="exchange-fault"
            columns={[
              {
                key: 'line',
                label: text('exchange.line'),
                width: '72px',
                numeric: true,
                cell: ({ line }) => line,
              },
              {
                key: 'path',
                label: text('exchange.path'),
                wrap: true,
                cell: ({ path }) => <LineText value={path} />,
              },
              {
                key: 'what',
                label: text('exchange.what'),
                wrap: true,
                cell: ({ code, what }) => <LineText value={text(faultLabel(code), { what })} />,
              },
            ]}
          />
          {found.faultCount > faultsShown ? (
            <p className="vg-hint">{text('exchange.faultsCut', { n: faultsShown })}</p>
          ) : null}
        </>
      )}
    </div>
  );
}

export function ValidateDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText(messages);
  const [file, setFile] = useState<File | null>(null);
  const [found, setFound] = useState<Validated | null>(null);
  return (
    <FormDialog
      title={text('exchange.validate')}
      submitLabel={text('exchange.validate')}
      disabled={file === null}
      wide
      testId="exchange-validate-form"
      before={async () => {
        if (file !== null) setFound(await exchangeApi.validate(await file.text()));
      }}
      onSubmit={() => Promise.resolve(undefined)}
      onClose={onClose}
    >
      <p>{text('exchange.validateText')}</p>
      <FileField
        label={text('exchange.validateFile')}
        accept=".xml,.edxml"
        bytesMax={bytesMax}
        testId="exchange-validate-file"
        onFile={(chosen) => {
          setFile(chosen);
          setFound(null);
        }}
      />
      {found === null ? null : <Answer found={found} />}
    </FormDialog>
  );
}
