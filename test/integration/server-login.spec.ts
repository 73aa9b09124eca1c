/** A user with a password, as in production, over a connection without TLS; MySQL asks for another exchange than MariaDB. */
import { createConnection } from 'mysql2/promise';
import { wholeNumber } from '../../src/data/cells';
import { openDatabase } from '../../src/data/open-database';
import { describeEachServer } from '../support/databases';

const PASSWORD = 'p@ss/w:rd%é#?';

describeEachServer('a user of $kind', (kind) => {
  it('is let in with its password, whatever is in it, and kept out with another', async () => {
    const { target, drop } = await kind.create();
    if (target.kind !== 'mysql') throw new Error('needs a server');
    const name = new URL(target.url).pathname.slice(1);
    const user = `coursetrack_${process.pid}`;
    const root = await createConnection(target.url);
    const reach = (password: string) => {
      const url = new URL(target.url);
      url.username = user;
      url.password = encodeURIComponent(password);
      return openDatabase({ kind: 'mysql', url: url.href });
    };
    try {
      await root.query(`CREATE USER ?@'%' IDENTIFIED BY ?`, [user, PASSWORD]);
      await root.query(`GRANT ALL ON ${name}.* TO ?@'%'`, [user]);
      const database = await reach(PASSWORD);
      await database.migrate();
      const [row] = await database.read((tx) =>
        tx.query('SELECT COUNT(*) AS total FROM site', [], { total: wholeNumber }),
      );
      expect(row).toEqual({ total: 0 });
      await database.close();
      await expect(reach('wrong')).rejects.toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' });
    } finally {
      await root.query(`DROP USER IF EXISTS ?@'%'`, [user]);
      await root.end();
      await drop();
    }
  });
});
