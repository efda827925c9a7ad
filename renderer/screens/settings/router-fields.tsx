// The fields of a router: to add one, or to change one.
import { PasswordInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import type { routerFormSchema } from '../../../shared/contract/index.ts';
import type { RouterForm } from '../../../shared/contract/index.ts';
import { NumberField } from './number-field.tsx';
import { labelsText, readLabels } from './own-labels.ts';

const PORTS: Readonly<Record<RouterForm['tls'], number>> = { off: 8728, verify: 8729, insecure: 8729, pin: 8729 };
const TLS = [
  { value: 'off', label: 'Off (port 8728)' },
  { value: 'verify', label: 'On, check the certificate' },
  { value: 'pin', label: 'On, this certificate only' },
  { value: 'insecure', label: 'On, any certificate' },
] as const;

type Props = {
  readonly values: z.input<typeof routerFormSchema>;
  readonly problems: Readonly<Record<string, string>>;
  readonly change: (part: Partial<RouterForm>) => void;
  /** A password is stored: an empty field keeps it. */
  readonly isKept?: boolean;
};

export function RouterFields({ values, problems, change, isKept = false }: Props): ReactNode {
  return (
    <>
      <TextInput
        label="Name"
        data-autofocus
        value={values.name}
        error={problems['name']}
        onChange={(event) => change({ name: event.target.value })}
      />
      <div className="lw-form-pair">
        <TextInput
          label="Address"
          placeholder="10.0.0.1"
          value={values.address}
          error={problems['address']}
          onChange={(event) => change({ address: event.target.value })}
        />
        <NumberField label="Port" value={values.port} error={problems['port']} onChange={(port) => change({ port })} />
      </div>
      <Select
        label="TLS"
        data={TLS}
        value={values.tls}
        allowDeselect={false}
        onChange={(chosen) => {
          const tls = TLS.find(({ value }) => value === chosen)?.value ?? 'off';
          // A port that was typed stays; one of the two defaults follows.
          change({ tls, ...(values.port === PORTS[values.tls] ? { port: PORTS[tls] } : {}) });
        }}
      />
      {values.tls === 'pin' && (
        <TextInput
          label="Certificate's SHA-256, hex"
          value={values.pin}
          error={problems['pin']}
          onChange={(event) => change({ pin: event.target.value })}
        />
      )}
      <TextInput
        label="User name"
        autoComplete="off"
        value={values.username}
        error={problems['username']}
        description="A user of its own with the policies api and read is enough."
        onChange={(event) => change({ username: event.target.value })}
      />
      <PasswordInput
        label="Password"
        autoComplete="new-password"
        value={values.password}
        error={problems['password']}
        description={
          isKept
            ? 'Leave it empty to keep the one that is stored.'
            : 'Kept encrypted where the system can; not shown again.'
        }
        onChange={(event) => change({ password: event.target.value })}
      />
      <div className="lw-form-uneven">
        <NumberField
          label="Poll every, seconds"
          value={values.intervalMs / 1000}
          error={problems['intervalMs']}
          onChange={(seconds) => change({ intervalMs: Math.round(seconds * 1000) })}
        />
        <LabelsField
          labels={values.labels ?? {}}
          error={problems['labels']}
          onChange={(labels) => change({ labels })}
        />
      </div>
    </>
  );
}

type LabelsProps = {
  readonly labels: Readonly<Record<string, string>>;
  readonly error: string | undefined;
  readonly onChange: (labels: Record<string, string>) => void;
};

function LabelsField({ labels, error, onChange }: LabelsProps): ReactNode {
  // What is being typed is not always labels yet.
  const [text, setText] = useState(() => labelsText(labels));
  const isRead = readLabels(text) !== undefined;
  return (
    <TextInput
      label="Labels"
      placeholder="site=north, tier=gold"
      value={text}
      error={isRead ? error : 'written as site=north, tier=gold'}
      onChange={(event) => {
        setText(event.target.value);
        const read = readLabels(event.target.value);
        // What cannot be read is no label name, and the form says so.
        onChange(read ?? { [event.target.value]: '' });
      }}
    />
  );
}
