// Which row of a tab is opened beside its table: it is in the address.
import { useNavigate } from '@tanstack/react-router';

export function useOpened(): (id: string | undefined) => void {
  const navigate = useNavigate();
  return (id) =>
    void navigate({
      from: '/devices/$deviceId',
      to: '.',
      search: ({ open: _open, ...others }) => (id === undefined ? others : { ...others, open: id }),
      resetScroll: false,
    });
}
