import type pg from 'pg';

export interface Item {
  readonly id: number;
  readonly name: string;
  readonly created_at: string;
}

/** The items, as rows of PostgreSQL. Every function throws when the database does not answer. */
export interface Items {
  /** All there are, and the newest `limit` of them. */
  list(limit: number): Promise<{ count: number; items: Item[] }>;
  get(id: number): Promise<Item | undefined>;
  add(name: string): Promise<Item>;
  rename(id: number, name: string): Promise<Item | undefined>;
  remove(id: number): Promise<boolean>;
}

export function itemsIn(pool: pg.Pool): Items {
  const columns = 'id, name, created_at';
  return {
    async list(limit) {
      const { rows } = await pool.query<Row & { total: string }>(
        `SELECT ${columns}, (SELECT count(*) FROM items) AS total FROM items ORDER BY id DESC LIMIT $1`,
        [limit],
      );
      return { count: Number(rows[0]?.total ?? 0), items: rows.map(itemFrom) };
    },
    async get(id) {
      const { rows } = await pool.query<Row>(`SELECT ${columns} FROM items WHERE id = $1`, [id]);
      return rows.map(itemFrom)[0];
    },
    async add(name) {
      const { rows } = await pool.query<Row>(`INSERT INTO items (name) VALUES ($1) RETURNING ${columns}`, [name]);
      const [item] = rows.map(itemFrom);
      if (!item) throw new Error('INSERT … RETURNING gave no row');
      return item;
    },
    async rename(id, name) {
      const { rows } = await pool.query<Row>(`UPDATE items SET name = $2 WHERE id = $1 RETURNING ${columns}`, [
        id,
        name,
      ]);
      return rows.map(itemFrom)[0];
    },
    async remove(id) {
      const { rowCount } = await pool.query('DELETE FROM items WHERE id = $1', [id]);
      return rowCount === 1;
    },
  };
}

interface Row {
  readonly id: number;
  readonly name: string;
  readonly created_at: Date;
}

function itemFrom(row: Row): Item {
  return { id: row.id, name: row.name, created_at: row.created_at.toISOString() };
}
