-- Minimum version: PostgreSQL 14. Makes the temporary objects of the setting `trueup.questions`, reads them back, undoes
-- them, and leaves the answers in the setting `trueup.answers`. Each question has a subtransaction of its own.
DO $ask$
DECLARE
    questions jsonb := current_setting('trueup.questions')::jsonb;
    paths text[] := ARRAY(SELECT jsonb_array_elements_text(questions -> 'paths'));
    family jsonb;
    item jsonb;
    part jsonb;
    path text;
    statement text;
    columns text;
    is_known bool;
    answer text[];
    answers jsonb[] := '{}';
BEGIN
    FOR family IN SELECT it FROM jsonb_array_elements(questions -> 'families') AS it LOOP
        BEGIN
            IF family ? 'columns' THEN
                columns := NULL;
                FOR part IN SELECT it FROM jsonb_array_elements(family -> 'columns') AS it LOOP
                    -- What uses a column of a type that is not there yet is no question.
                    BEGIN
                        is_known := to_regtype(part ->> 1) IS NOT NULL;
                    EXCEPTION WHEN OTHERS THEN
                        is_known := false;
                    END;
                    IF is_known THEN
                        columns := concat_ws(', ', columns, (part ->> 0) || ' ' || (part ->> 1));
                    END IF;
                END LOOP;
                EXECUTE concat_ws(' ', family ->> 'create', '(' || coalesce(columns, '') || ')', family ->> 'tail');
            END IF;
            IF family ? 'like' THEN
                EXECUTE family ->> 'like';
            END IF;
            FOR item IN SELECT it FROM jsonb_array_elements(family -> 'items') AS it LOOP
                FOREACH path IN ARRAY paths LOOP
                    BEGIN
                        PERFORM set_config('search_path', path, true);
                        FOR statement IN SELECT jsonb_array_elements_text(item -> 'run') LOOP
                            EXECUTE statement;
                        END LOOP;
                        PERFORM set_config('search_path', '', true);
                        EXECUTE item ->> 'read' INTO answer;
                        RAISE EXCEPTION USING ERRCODE = 'TRU01';
                    EXCEPTION
                        WHEN SQLSTATE 'TRU01' THEN
                            answers := answers || jsonb_build_array(item -> 'number', to_jsonb(answer));
                            EXIT;
                        WHEN OTHERS THEN
                            NULL;
                    END;
                END LOOP;
            END LOOP;
            RAISE EXCEPTION USING ERRCODE = 'TRU01';
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
    END LOOP;
    PERFORM set_config('trueup.answers', to_jsonb(answers)::text, true);
END
$ask$;
