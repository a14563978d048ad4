/** One API token: for what, what it may, who used it last, and its end. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import type { Permission } from '../../api/types.ts';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useMay } from '../../shell/me.ts';
import { roleLabel } from '../../shell/role-label.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Section, SidePanel } from '../../ui/side-panel.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { PermissionList } from '../people/permission-list.tsx';
import { permissionWords } from '../people/permission-words.ts';
import { permissionsOf, useRoles } from '../people/use-roles.ts';
import { tokenState } from './token-words.ts';
import { apiTokensKey, revokeApiToken, type ApiToken } from './tokens-api.ts';
import { messages } from './tokens-messages.ts';

type Props = {
  readonly token: ApiToken;
  readonly agencyName: string;
  readonly onClose: () => void;
};

const isPermission = (text: string): text is Permission => Object.hasOwn(permissionWords, text);

export function TokenPanel({ token, agencyName, onClose }: Props) {
  const text = useText(messages);
  const { t } = useI18n();
  const client = useQueryClient();
  const mayWrite = useMay('api-token:write');
  const [asking, setAsking] = useState(false);
  const roles = useRoles();
  const name = token.name === '' ? token.id : token.name;
  const own = token.role === 'api' ? (roles.data?.apiDefault ?? []) : permissionsOf(roles.data, token.role);
  const allowed = token.permissions === null ? own : token.permissions.filter(isPermission);
  const revoke = async () => {
    await revokeApiToken(token.id);
    await client.invalidateQueries({ queryKey: apiTokensKey });
    return { text: text('apiTokens.revoked', { name }) };
  };
  return (
    <SidePanel
      label={text('apiTokens.panel')}
      openKey={token.id}
      testId="api-token-panel"
      onClose={onClose}
      top={<Badge tone={tokenState[token.state][1]}>{text(tokenState[token.state][0])}</Badge>}
      title={<LineText value={name} />}
      actions={
        mayWrite && token.state === 'usable' ? (
          <Button size="small" danger onClick={() => setAsking(true)} data-testid="api-token-revoke">
            {text('apiTokens.revoke')}
          </Button>
        ) : undefined
      }
    >
      <Facts
        facts={[
          [text('apiTokens.id'), <LineText key="i" value={token.id} />],
          [text('apiTokens.agency'), <LineText key="a" value={agencyName} />],
          token.role === 'api' ? null : [text('apiTokens.rights'), t(roleLabel[token.role])],
          [
            text('apiTokens.used'),
            token.lastUsedAt === null ? (
              text('apiTokens.never')
            ) : (
              <AbsoluteTime key="u" iso={token.lastUsedAt} />
            ),
          ],
          token.lastUsedAddress === null
            ? null
            : [text('apiTokens.address'), <LineText key="ad" value={token.lastUsedAddress} />],
          [text('apiTokens.expires'), <AbsoluteTime key="e" iso={token.expiresAt} />],
          [text('apiTokens.madeAt'), <AbsoluteTime key="c" iso={token.createdAt} />],
          [text('apiTokens.by'), <LineText key="b" value={token.createdBy} />],
        ]}
      />
      <Section title={text('apiTokens.mayDo')}>
        <PermissionList allowed={allowed} />
      </Section>
      {asking ? (
        <FormDialog
          title={text('apiTokens.revokeTitle', { name })}
          submitLabel={text('apiTokens.revoke')}
          danger
          testId="revoke-api-token"
          onSubmit={revoke}
          onClose={() => setAsking(false)}
        >
          <p>{text('apiTokens.revokeText')}</p>
        </FormDialog>
      ) : null}
    </SidePanel>
  );
}
