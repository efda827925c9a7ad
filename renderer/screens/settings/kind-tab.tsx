// One kind of device in the settings: the list, or why it is empty, and the button that adds one.
import type { ReactNode } from 'react';
import type { DeviceKind } from '../../../shared/contract/index.ts';
import { useDevices } from '../../app/data/queries.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { DeviceList } from './device-list.tsx';

type Props = { readonly kind: DeviceKind; readonly label: string; readonly empty: string; readonly button: ReactNode };

export function KindTab({ kind, label, empty, button }: Props): ReactNode {
  const devices = useDevices();
  if (devices.data === undefined) {
    return devices.isError ? (
      <Failed what="The devices could not be loaded" error={devices.error} onRetry={() => void devices.refetch()} />
    ) : (
      <Loading />
    );
  }
  const own = devices.data.filter((device) => device.kind === kind);
  if (own.length === 0) return <Empty text={empty}>{button}</Empty>;
  return <DeviceList label={label} devices={own} tools={button} />;
}
