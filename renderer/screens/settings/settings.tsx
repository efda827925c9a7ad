// What is watched and how this app is set up; what the config file provides is shown, not changed.
import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Tabs } from '../../components/tabs.tsx';
import { AppTab } from './app-tab.tsx';
import { MqttTab } from './mqtt/mqtt-tab.tsx';
import { ProfilesTab } from './profiles/profiles-tab.tsx';
import { PushTab } from './push/push-tab.tsx';
import { RoutersTab } from './routers-tab.tsx';
import './settings.css';
import { StorageTab } from './storage/storage-tab.tsx';
import { TargetsTab } from './targets-tab.tsx';

export function SettingsScreen(): ReactNode {
  const { tab = 'routers', add = false } = useSearch({ from: '/settings' });
  return (
    <div className="lw-screen">
      <h1 className="lw-sr">Settings</h1>
      <Tabs
        label="Parts of the settings"
        tabs={[
          { id: 'routers', words: 'Routers' },
          { id: 'targets', words: 'Scrape targets' },
          { id: 'profiles', words: 'Profiles' },
          { id: 'push', words: 'Push' },
          { id: 'mqtt', words: 'MQTT' },
          { id: 'storage', words: 'Storage' },
          { id: 'app', words: 'This app' },
        ]}
        current={tab}
      />
      {tab === 'routers' && <RoutersTab adding={add} />}
      {tab === 'targets' && <TargetsTab adding={add} />}
      {tab === 'profiles' && <ProfilesTab adding={add} />}
      {tab === 'mqtt' && <MqttTab />}
      {tab === 'push' && <PushTab adding={add} />}
      {tab === 'storage' && <StorageTab />}
      {tab === 'app' && <AppTab />}
    </div>
  );
}
