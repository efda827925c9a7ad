// What a device was before: its serial number, and the names and addresses that its history is stored under.
import type Database from 'better-sqlite3';
import type { Identities, IdentityRow } from '../types.ts';

type Stored = {
  device_id: string;
  serial: string | null;
  other_serial: string | null;
  former_names: string;
  former_addresses: string;
};

export function identitiesTable(db: Database.Database): Identities {
  const all = db.prepare<[], Stored>('SELECT * FROM device_identity ORDER BY device_id');
  const put = db.prepare(
    'INSERT OR REPLACE INTO device_identity (device_id, serial, other_serial, former_names, former_addresses) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = db.prepare('DELETE FROM device_identity WHERE device_id = ?');
  return {
    list: () => all.all().map(fromStored),
    put: ({ id, serial, otherSerial, formerNames, formerAddresses }) => {
      put.run(id, serial, otherSerial, JSON.stringify(formerNames), JSON.stringify(formerAddresses));
    },
    delete: (id) => remove.run(id).changes > 0,
  };
}

function fromStored(row: Stored): IdentityRow {
  return {
    id: row.device_id,
    serial: row.serial,
    otherSerial: row.other_serial,
    formerNames: JSON.parse(row.former_names) as string[],
    formerAddresses: JSON.parse(row.former_addresses) as string[],
  };
}
