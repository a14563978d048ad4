/** What was decided about a rule for parts of the tree, with a way to take it back. */
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { Section } from '../ui/side-panel.tsx';
import { useAction } from '../ui/use-action.ts';
import { messages } from './messages.ts';
import { useRulesChanged } from './rule-acts.tsx';
import { removeScope, type RuleDetail, type RuleScope } from './rules-api.ts';

const targetWords = {
  agency: 'rules.scope.agency',
  host: 'rules.scope.host',
  group: 'rules.scope.group',
} as const;

function Scope({ ruleId, scope }: { readonly ruleId: string; readonly scope: RuleScope }) {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const changed = useRulesChanged();
  const action = useAction();
  const mayWrite = useMay('rule:write');
  return (
    <li>
      <div className="vg-menu-button">
        <b>
          <LineText value={scope.name} />
        </b>
        <span className="vg-muted">{text(targetWords[scope.target])}</span>
        {scope.on === null ? null : (
          <Badge tone={scope.on ? 'good' : 'quiet'}>
            {text(scope.on ? 'rules.scopeIsOn' : 'rules.scopeIsOff')}
          </Badge>
        )}
        {scope.severity === null ? null : <SeverityLabel severity={scope.severity} />}
      </div>
      <div className="vg-hint">
        <LineText value={`${scope.reason} · ${scope.madeBy} · ${dateTime(scope.madeAt)}`} />
        {mayWrite ? (
          <button
            type="button"
            className="vg-link"
            disabled={action.busy}
            onClick={() =>
              void action.run(async () => {
                await removeScope(ruleId, scope.id);
                await changed();
                return { text: text('rules.scopeRemoved') };
              })
            }
          >
            {text('rules.scopeRemove')}
          </button>
        ) : null}
      </div>
    </li>
  );
}

export function RuleScopes({ rule, onAdd }: { readonly rule: RuleDetail; readonly onAdd: () => void }) {
  const text = useText(messages);
  const mayWrite = useMay('rule:write');
  return (
    <Section
      title={text('rules.scopes')}
      actions={
        mayWrite ? (
          <button
            type="button"
            className="vg-link"
            data-testid="rule-scope-add"
            aria-haspopup="dialog"
            onClick={onAdd}
          >
            {text('rules.scopeAdd')}
          </button>
        ) : undefined
      }
    >
      {rule.scopes.length === 0 ? (
        <p className="vg-hint">{text('rules.scopesNone')}</p>
      ) : (
        <ul className="vg-list-plain">
          {rule.scopes.map((scope) => (
            <Scope key={scope.id} ruleId={rule.id} scope={scope} />
          ))}
        </ul>
      )}
    </Section>
  );
}
