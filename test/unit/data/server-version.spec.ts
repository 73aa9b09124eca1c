import { readServerVersion, UnsupportedServer } from '../../../src/data/server-version';

describe('a server that says', () => {
  it.each([
    ['10.11.19-MariaDB-0+deb12u1', 'mariadb', 'MariaDB 10.11.19', true],
    ['10.11.19-MariaDB', 'mariadb', 'MariaDB 10.11.19', true],
    ['10.11.19-MariaDB-log', 'mariadb', 'MariaDB 10.11.19', true],
    ['5.5.5-10.11.19-MariaDB-1:10.11.19+maria~ubu2204', 'mariadb', 'MariaDB 10.11.19', true],
    ['10.11.18-MariaDB', 'mariadb', 'MariaDB 10.11.18', false],
    ['5.5.5-10.6.4-MariaDB', 'mariadb', 'MariaDB 10.6.4', false],
    ['10.6.0-MariaDB', 'mariadb', 'MariaDB 10.6.0', false],
    ['10.6.14-9-MariaDB-enterprise-log', 'mariadb', 'MariaDB 10.6.14', false],
    ['11.4.2-MariaDB-ubu2404', 'mariadb', 'MariaDB 11.4.2', false],
    ['9.7.4', 'mysql', 'MySQL 9.7.4', true],
    ['9.7.4-2', 'mysql', 'MySQL 9.7.4', true],
    ['9.7.4-commercial', 'mysql', 'MySQL 9.7.4', true],
    ['9.7.40', 'mysql', 'MySQL 9.7.40', false],
    ['8.4.0', 'mysql', 'MySQL 8.4.0', false],
    ['8.4.3-0ubuntu0.24.04.1', 'mysql', 'MySQL 8.4.3', false],
    ['8.4.2-google', 'mysql', 'MySQL 8.4.2', false],
    ['8.4.0-1-debug', 'mysql', 'MySQL 8.4.0', false],
    ['9.1.0-u2-cloud', 'mysql', 'MySQL 9.1.0', false],
    ['10.0.1', 'mysql', 'MySQL 10.0.1', false],
  ])('%s is %s, %s, tested: %p', (text, kind, name, isTested) => {
    expect(readServerVersion(text)).toEqual({ kind, name, isTested });
  });

  it.each([
    // Too old.
    '10.5.29-MariaDB-1:10.5.29+maria~deb11',
    '5.5.5-10.5.9-MariaDB',
    '10.4.34-MariaDB',
    '5.5.68-MariaDB',
    '8.0.36',
    '8.3.0',
    '5.7.44-log',
    '8.0.36-28',
    // Something else.
    '8.0.11-TiDB-v7.5.0',
    '8.0.11-TiDB-v8.5.1-serverless',
    '5.7.25-OceanBase-v4.3.0',
    '8.4.0-Vitess',
    '9.9.9-readyset',
    '8.4',
    '8.4.0.1',
    'PostgreSQL 16.2',
    '',
    'undefined',
  ])('%s is refused in one line', (text) => {
    expect(() => readServerVersion(text)).toThrow(UnsupportedServer);
    expect(() => readServerVersion(text)).toThrow(/^[^\n]+$/);
  });

  it('very much is told in part', () => {
    expect(() => readServerVersion('x'.repeat(10_000))).toThrow(/^.{1,250}$/);
  });
});
