// By what traffic is told apart: one to three keys, in the order in which they were chosen.
import { Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { FlowKey } from '../../../shared/model/flow-question.ts';
import { MAX_BY } from './search.ts';
import { KEYS_OFFERED, KEY_WORDS } from './words.ts';

type Props = {
  readonly by: readonly FlowKey[];
  readonly most?: number;
  readonly onChange: (by: readonly FlowKey[]) => void;
};

export function ByPicker({ by, most = MAX_BY, onChange }: Props): ReactNode {
  const toggle = (key: FlowKey): void => {
    if (most === 1) return onChange([key]);
    if (!by.includes(key)) return onChange([...by, key].slice(-most));
    if (by.length > 1) onChange(by.filter((one) => one !== key));
  };
  const words = by.map((key) => KEY_WORDS[key].toLowerCase()).join(', ');
  return (
    <Menu position="bottom-start" closeOnItemClick={most === 1} width={220}>
      <Menu.Target>
        <button
          type="button"
          className="lw-pick"
          title={most === 1 ? 'By what' : `By what, up to ${most}`}
          data-testid="traffic-by"
        >
          <span className="lw-dim">by</span>
          <span>{words}</span>
          <IconChevronDown size={14} stroke={1.5} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown className="lw-pick-list">
        {KEYS_OFFERED.map((key) => {
          const place = by.indexOf(key);
          return (
            <Menu.Item
              key={key}
              role={most === 1 ? 'menuitemradio' : 'menuitemcheckbox'}
              aria-checked={place >= 0}
              leftSection={<span className="lw-pick-place">{place < 0 ? '' : by.length > 1 ? place + 1 : '✓'}</span>}
              onClick={() => toggle(key)}
            >
              {KEY_WORDS[key]}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
