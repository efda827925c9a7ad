// Ctrl-K: any device or screen by a few letters of its name or address.
import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { StatusMark } from '../../components/status.tsx';
import { useDashboardList, useDevices } from '../data/queries.ts';
import { SCREENS } from './screens.ts';
import { searchEntries } from './search-entries.ts';
import type { Entry } from './search-entries.ts';

const MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function Search(): ReactNode {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      setOpen((before) => !before);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <button
        type="button"
        className="lw-icon-button lw-search-button"
        data-testid="search-open"
        title="Search devices and screens"
        onClick={() => setOpen(true)}
      >
        <IconSearch size={16} stroke={1.5} aria-hidden />
        <span>Search</span>
        <kbd className="lw-kbd">{MAC ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <Modal.Root opened={open} onClose={() => setOpen(false)} yOffset="12vh" size={520} centered={false}>
        <Modal.Overlay backgroundOpacity={0.4} />
        <Modal.Content aria-label="Search">
          <Modal.Body p="sm">
            <SearchBox onDone={() => setOpen(false)} />
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
}

function SearchBox({ onDone }: { readonly onDone: () => void }): ReactNode {
  const devices = useDevices();
  const dashboards = useDashboardList();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [place, setPlace] = useState(0);
  const entries = searchEntries(text, devices.data ?? [], SCREENS, dashboards.data?.dashboards);
  const chosen = Math.min(place, entries.length - 1);
  const go = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    onDone();
    if (entry.kind === 'device') void navigate({ to: '/devices/$deviceId', params: { deviceId: entry.device.id } });
    else if (entry.kind === 'dashboard') {
      void navigate({ to: '/dashboards/$dashboardId', params: { dashboardId: entry.id } });
    } else void navigate({ to: entry.to });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setPlace(Math.min(chosen + 1, entries.length - 1));
    else if (event.key === 'ArrowUp') setPlace(Math.max(chosen - 1, 0));
    else if (event.key === 'Enter') go(entries[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <div>
      <input
        className="lw-search-field"
        data-testid="search-field"
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls="lw-search-list"
        aria-activedescendant={chosen >= 0 ? `lw-search-${chosen}` : undefined}
        aria-label="Search devices and screens"
        placeholder="Device, address, screen or dashboard"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setPlace(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="lw-search-list" role="listbox" aria-label="Found" className="lw-search-list">
        {entries.map((entry, index) => (
          <div
            key={entry.key}
            id={`lw-search-${index}`}
            role="option"
            tabIndex={-1}
            className="lw-option"
            aria-selected={index === chosen}
            onMouseMove={() => setPlace(index)}
            onClick={() => go(entry)}
            onKeyDown={() => {}}
          >
            {entry.kind === 'device' && <StatusMark state={entry.device.state} />}
            <span className="lw-ellipsis">{entry.name}</span>
            <span className="lw-dim lw-ellipsis" style={{ marginLeft: 'auto' }}>
              {entry.kind === 'device' ? entry.device.address : entry.kind === 'dashboard' ? 'Dashboard' : 'Screen'}
            </span>
          </div>
        ))}
      </div>
      {entries.length === 0 && (
        <p className="lw-dim" style={{ padding: 8 }}>
          Nothing is called that.
        </p>
      )}
    </div>
  );
}
