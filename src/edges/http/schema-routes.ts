import { Router } from 'express';
import { JSON_SCHEMAS } from '../../cds/json-schemas.ts';
import { EcgError } from '../../errors.ts';

/** `GET /schema` lists the JSON Schemas of what Cardhook takes and answers, `GET /schema/NAME` is one of them. */
export function schemaRoutes(): Router {
  const router = Router();
  router.get('/schema', (_request, response) => {
    response.json({ schemas: [...JSON_SCHEMAS].map(([name, { title }]) => ({ name, title, url: `/schema/${name}` })) });
  });
  router.get('/schema/:name', (request, response) => {
    const schema = JSON_SCHEMAS.get(request.params.name);
    if (schema === undefined) throw new EcgError('NOT_FOUND', 'there is no schema of this name; see GET /schema');
    response.type('application/schema+json').send(JSON.stringify(schema));
  });
  return router;
}
