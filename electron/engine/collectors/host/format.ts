// How a computer's facts are written on its page.

export const formatGib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/** 93784 s -> "1 d 2 h". */
export function formatUptime(seconds: number): string {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
