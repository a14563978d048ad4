/** What would a person get: claims are pasted, and tried by the list as it stands on the page. */
import Button from 'antd/es/button';
import { useState } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import type { LabelOf } from '../../i18n/messages.ts';
import { roleLabel } from '../../shell/role-label.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { TextArea } from '../../ui/form-fields.tsx';
import { errorText } from '../../ui/notices.tsx';
import { useAction } from '../../ui/use-action.ts';
import { claimsOf, type ReadClaims } from './group-form.ts';
import { tryClaims, type Group, type TriedClaims } from './groups-api.ts';
import { messages } from './groups-messages.ts';

type Label = LabelOf<typeof messages>;

const outcomes: Readonly<Record<TriedClaims['outcome'], readonly [Label, Tone]>> = {
  groups: ['tried.groups', 'good'],
  local: ['tried.local', 'good'],
  pending: ['tried.pending', 'warn'],
  refused: ['tried.refused', 'bad'],
  disabled: ['tried.disabled', 'bad'],
  'name-taken': ['tried.nameTaken', 'bad'],
  'claims-invalid': ['tried.invalid', 'bad'],
};

const faults: Readonly<Record<Extract<ReadClaims, { ok: false }>['why'], Label>> = {
  'not-json': 'try.notJson',
  'not-object': 'try.notObject',
  token: 'try.token',
};

const example = (claim: string): string =>
  JSON.stringify(
    {
      sub: '7f3c',
      preferred_username: 'nguyen.an',
      name: 'Nguyễn Văn An',
      email: 'an@example.vn',
      ...claim
        .split('.')
        .reduceRight<object>(
          (inner, part, index, parts) => ({ [part]: index === parts.length - 1 ? ['soc'] : inner }),
          {},
        ),
      amr: ['pwd', 'otp'],
    },
    undefined,
    2,
  );

type Props = {
  /** As it stands; null while it is not filled in. */
  readonly groups: readonly Group[] | null;
  readonly groupsClaim: string;
  readonly agencyName: (id: number) => string;
};

export function TryClaims({ groups, groupsClaim, agencyName }: Props) {
  const text = useText(messages);
  const { t } = useI18n();
  const action = useAction();
  const [typed, setTyped] = useState(() => example(groupsClaim));
  const [fault, setFault] = useState<Label | null>(null);
  const [tried, setTried] = useState<TriedClaims | null>(null);
  return (
    <section className="vg-card">
      <h2>{text('try.title')}</h2>
      <form
        className="vg-form"
        onSubmit={(event) => {
          event.preventDefault();
          const read = claimsOf(typed);
          setFault(read.ok ? null : faults[read.why]);
          setTried(null);
          if (read.ok && groups !== null)
            void action.run(
              async () => {
                setTried(await tryClaims({ claims: read.claims, groups: [...groups] }));
                return undefined;
              },
              { quiet: true },
            );
        }}
      >
        <p className="vg-hint">{text('try.text')}</p>
        <TextArea
          label={text('try.claims')}
          code
          rows={9}
          maxLength={65_536}
          value={typed}
          onChange={(next) => {
            setTyped(next);
            setFault(null);
          }}
          fault={fault === null ? undefined : text(fault)}
          testId="try-claims"
        />
        <div role="alert" className="vg-form-error">
          {action.error === null ? null : errorText(action.error, t)}
        </div>
        <div className="vg-form-actions">
          <Button htmlType="submit" disabled={groups === null} loading={action.busy} data-testid="try-do">
            {text('try.do')}
          </Button>
        </div>
      </form>
      {tried === null ? null : <Outcome tried={tried} agencyName={agencyName} />}
    </section>
  );
}

function Outcome({
  tried,
  agencyName,
}: {
  readonly tried: TriedClaims;
  readonly agencyName: (id: number) => string;
}) {
  const text = useText(messages);
  const { t } = useI18n();
  const [label, tone] = outcomes[tried.outcome];
  const { group, role, agencyId, username, displayName, groups, moreGroups } = tried;
  const told = groups.map((one) => visibleString(one, 80)).join(', ');
  return (
    <div role="status" data-testid="tried">
      <p>
        <Badge tone={tone}>{text(label)}</Badge>
      </p>
      <Facts
        facts={[
          tried.fault === null ? null : [text('try.outcome'), <LineText key="f" value={tried.fault} />],
          role === null ? null : [text('tried.role'), t(roleLabel[role])],
          agencyId === null
            ? null
            : [text('tried.agency'), <LineText key="a" value={agencyName(agencyId)} />],
          group === null ? null : [text('tried.by'), <LineText key="g" value={group} />],
          username === null
            ? null
            : [
                text('tried.user'),
                text(tried.isKnown ? 'tried.known' : 'tried.new', { name: visibleString(username, 128) }),
              ],
          displayName === null ? null : [text('tried.displayName'), <LineText key="n" value={displayName} />],
          tried.fault === null
            ? [
                text('tried.told'),
                told === ''
                  ? text('tried.toldNone')
                  : moreGroups === 0
                    ? told
                    : `${told} ${text('tried.moreGroups', { n: moreGroups })}`,
              ]
            : null,
          tried.fault === null
            ? [text('tried.factors'), text(tried.hasTwoFactors ? 'tried.yes' : 'tried.no')]
            : null,
        ]}
      />
    </div>
  );
}
