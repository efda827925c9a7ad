// Headends: how their tokens are checked, and when each reported last.
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { ReactNode } from 'react';
import type { PushHeadend, PushStatus } from '../../../../shared/contract/index.ts';
import { Ago } from '../../../components/times.tsx';

type Props = Pick<PushStatus, 'headends' | 'jwt' | 'acceptsNewHeadends'>;

export function HeadendsPanel({ headends, jwt, acceptsNewHeadends }: Props): ReactNode {
  return (
    <section className="lw-panel" aria-label="Headends">
      <div className="lw-panel-head">
        <h2>Headends</h2>
      </div>
      <p className="lw-dim lw-push-note">
        {jwt === null
          ? 'No headend of yours is let in: push.jwt in the config file says how their tokens are checked.'
          : `Their tokens are checked by ${jwt.algorithm} for the audience ${jwt.audience}, as the config file says. ${
              acceptsNewHeadends ? 'A headend that is not listed there is let in too.' : 'Only listed ones are let in.'
            }`}
      </p>
      {headends.length > 0 && (
        <dl className="lw-facts" data-testid="push-headends">
          {headends.map((headend) => (
            <Fragment key={headend.id}>
              <dt>
                <Name headend={headend} />
              </dt>
              <dd>
                <Ago atMs={headend.lastCheckInMs} />
                <span className="lw-dim"> {placeOf(headend)}</span>
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
    </section>
  );
}

function Name({ headend: { id, name, deviceId } }: { readonly headend: PushHeadend }): ReactNode {
  if (deviceId === null) return <span title={id}>{name}</span>;
  return (
    <Link className="lw-link" to="/devices/$deviceId" params={{ deviceId }} title={id}>
      {name}
    </Link>
  );
}

const placeOf = ({ region, datacenter, provisioned, sample }: PushHeadend): string =>
  [region, datacenter, sample ? 'in the sample network' : provisioned ? '' : 'not in the config']
    .filter((part) => part !== '')
    .join(', ');
