/** Takes a table in from a CSV file: what it would do, and each fault by line and column, before anything is written. */
import Button from 'antd/es/button';
import { useState, type ReactNode } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { CsvFaults, type CsvFault } from './csv-faults.tsx';
import { messages } from './csv-messages.ts';
import { FileField } from './file-field.tsx';
import { errorText } from './notices.tsx';
import { Stat, Stats } from './stat.tsx';
import { useAction, type Done } from './use-action.ts';

export type CsvLook = {
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly faults: readonly CsvFault[];
  readonly moreFaults: number;
};

/** What the collector reads at once; a character of Vietnamese has up to three bytes. */
const csvBytesMax = 3 * 1_900_000;

type Props<Look extends CsvLook> = {
  /** Which columns there are, and what becomes of rows. */
  readonly hint: ReactNode;
  /** Said where the file would do something: all of it or nothing, and whether it can be taken back. */
  readonly effect: string;
  readonly testId: string;
  readonly look: (file: File) => Promise<Look>;
  readonly take: (file: File) => Promise<Done>;
  /** More of what was seen, such as its rows. */
  readonly children?: (look: Look) => ReactNode;
};

export function CsvImport<Look extends CsvLook>(props: Props<Look>) {
  const { hint, effect, testId, look, take, children } = props;
  const text = useText(messages);
  const { t } = useI18n();
  const action = useAction();
  const [file, setFile] = useState<File | null>(null);
  const [looked, setLooked] = useState<Look | null>(null);
  const takes = looked === null || looked.faults.length > 0 ? 0 : looked.created + looked.changed;
  const run = (work: (chosen: File) => Promise<Done | undefined>) =>
    void action.run(async () => (file === null ? undefined : work(file)), { quiet: true });
  return (
    <>
      <form
        className="vg-card vg-form"
        onSubmit={(event) => {
          event.preventDefault();
          run(async (chosen) => {
            setLooked(await look(chosen));
            return undefined;
          });
        }}
      >
        <p className="vg-hint">{hint}</p>
        <FileField
          label={text('csv.file')}
          accept=".csv,text/csv"
          bytesMax={csvBytesMax}
          testId={`${testId}-file`}
          onFile={(chosen) => {
            setFile(chosen);
            setLooked(null);
            action.clear();
          }}
        />
        <div role="alert" className="vg-form-error">
          {action.error === null ? null : errorText(action.error, t)}
        </div>
        <div className="vg-form-actions">
          <Button
            htmlType="submit"
            disabled={file === null}
            loading={action.busy}
            data-testid={`${testId}-look`}
          >
            {text('csv.look')}
          </Button>
          {takes === 0 ? null : (
            <Button
              type="primary"
              loading={action.busy}
              onClick={() =>
                run(async (chosen) => {
                  const done = await take(chosen);
                  setLooked(null);
                  return done;
                })
              }
              data-testid={`${testId}-import`}
            >
              {text('csv.do', { n: takes })}
            </Button>
          )}
        </div>
      </form>
      {looked === null ? null : (
        <Looked looked={looked} effect={effect} testId={testId}>
          {children?.(looked)}
        </Looked>
      )}
    </>
  );
}

function Looked({
  looked,
  effect,
  testId,
  children,
}: {
  readonly looked: CsvLook;
  readonly effect: string;
  readonly testId: string;
  readonly children: ReactNode;
}) {
  const text = useText(messages);
  const { number } = useI18n();
  const { created, changed, unchanged, faults, moreFaults } = looked;
  return (
    <>
      <Stats>
        <Stat name={text('csv.created')} value={number(created)} />
        <Stat name={text('csv.changed')} value={number(changed)} />
        <Stat name={text('csv.unchanged')} value={number(unchanged)} />
        <Stat
          name={text('csv.faults')}
          value={number(faults.length + moreFaults)}
          tone={faults.length === 0 ? undefined : 'bad'}
        />
      </Stats>
      {faults.length > 0 ? (
        <CsvFaults faults={faults} more={moreFaults} />
      ) : (
        <>
          <p role="status" data-testid={`${testId}-looked`}>
            {created + changed === 0 ? text('csv.nothing') : effect}
          </p>
          {children}
        </>
      )}
    </>
  );
}
