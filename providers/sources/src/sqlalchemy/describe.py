"""Tells trueup what SQLAlchemy models declare: the statements of metadata.create_all, as lines of JSON.

It is run as `python -c`, with the dialect, the product's version and `package.module:name` as arguments. It connects to
nothing and needs no driver. SQLAlchemy 1.4, 2.0 and 2.1.
"""
import json
import os
import sys
import threading

OUT = os.fdopen(os.dup(1), "w", encoding="utf-8")
# What the models print goes where errors go: standard output is for what is declared.
os.dup2(2, 1)
# Standard input ends when trueup does, however it ends, and nothing else comes from it. Models have none.
TRUEUP = os.dup(0)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
threading.Thread(target=lambda: (os.read(TRUEUP, 1), os._exit(1)), daemon=True).start()
HERE = os.getcwd()
PLACES = {}


def say(**record):
    OUT.write(json.dumps(record) + "\n")


def stop(kind, message, **more):
    say(error=kind, message=message, **more)
    OUT.flush()
    # Threads and exit handlers of the models have no say in how this ends.
    os._exit(0)


def is_written_by_a_person(path):
    return not (path.startswith("<") or "site-packages" in path or "dist-packages" in path or path.startswith(sys.prefix))


def place_of_caller():
    """The innermost line that a person wrote."""
    frame = sys._getframe(2)
    while frame is not None:
        path = os.path.abspath(frame.f_code.co_filename)
        if not frame.f_code.co_filename.startswith("<") and path.startswith(HERE + os.sep) and is_written_by_a_person(path):
            return path, frame.f_lineno
        frame = frame.f_back
    return None


def place_of_failure(error):
    """The innermost line that a person wrote, of what an import died of."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno
    found = None
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        path = os.path.abspath(name)
        if not name.startswith("<") and path.startswith(HERE + os.sep) and is_written_by_a_person(path):
            found = path, trace.tb_lineno
        trace = trace.tb_next
    return found


def last_line(error):
    text = str(error).strip().splitlines()
    return type(error).__name__ + (": " + text[0] if text else "")


def failed(kind, error):
    place = place_of_failure(error) or getattr(error, "declared_at", None)
    more = {"file": place[0], "line": place[1]} if place else {}
    if isinstance(error, KeyError) and error.args:
        more["missing"] = str(error.args[0])
    stop(kind, last_line(error), **more)


def watch_tables(sqlalchemy):
    """Note the line at which each table is declared."""
    from sqlalchemy import event

    def attached(table, metadata):
        PLACES.setdefault(id(table), place_of_caller())

    event.listen(sqlalchemy.Table, "after_parent_attach", attached)


def load(target):
    import importlib

    name, _, attribute = target.partition(":")
    sys.path[:] = [HERE] + [it for it in sys.path if it not in ("", HERE)]
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            stop("module", "there is no Python module `%s`" % error.name)
        failed("import", error)
    except SystemExit as error:
        stop("import", "the module ended the program (SystemExit: %s)" % error.code)
    except BaseException as error:
        failed("import", error)
    return module, attribute


def metadata_of(sqlalchemy, it):
    if isinstance(it, sqlalchemy.MetaData):
        return it
    metadata = getattr(it, "metadata", None)
    return metadata if isinstance(metadata, sqlalchemy.MetaData) else None


def find(sqlalchemy, module, attribute):
    def declares(it):
        try:
            return metadata_of(sqlalchemy, it) is not None and not hasattr(it, "__table__")
        except Exception:
            return False

    known = sorted(name for name, it in vars(module).items() if not name.startswith("_") and declares(it))
    if not attribute:
        stop("attribute", "it is not said which object of `%s` declares the tables" % module.__name__, known=known)
    it = module
    for part in attribute.split("."):
        if not hasattr(it, part):
            stop("attribute", "`%s` has no `%s`" % (module.__name__, attribute), known=known)
        it = getattr(it, part)
    metadata = metadata_of(sqlalchemy, it)
    if metadata is None and callable(it) and not isinstance(it, type):
        try:
            metadata = metadata_of(sqlalchemy, it())
        except BaseException as error:
            failed("call", error)
    if metadata is None:
        what = "`%s` in `%s` is no declarative base, no MetaData and no function that returns one"
        stop("attribute", what % (attribute, module.__name__), known=known)
    return metadata


def dialect_of(name, product, version):
    """A dialect that writes as it would for this server, without its driver. With parameters by name, a percent sign in
    a text stands for itself."""
    if name == "postgres":
        from sqlalchemy.dialects.postgresql.base import PGDialect

        dialect = PGDialect(paramstyle="named")
        dialect.server_version_info = version or (18, 0)
        # What connecting would find out.
        dialect.supports_virtual_generated_columns = dialect.server_version_info >= (18,)
    elif name == "mysql":
        from sqlalchemy.dialects.mysql.base import MySQLDialect

        is_mariadb = "maria" in product.lower()
        dialect = MySQLDialect(paramstyle="named")
        # What connecting would find out.
        dialect._set_mariadb(is_mariadb, version)
        dialect.server_version_info = version or ((11, 8, 0) if is_mariadb else (9, 0, 0))
        if is_mariadb and dialect.server_version_info >= (10, 3):
            dialect.supports_sequences = True
    else:
        from sqlalchemy.dialects.sqlite.base import SQLiteDialect

        dialect = SQLiteDialect(paramstyle="named")
    dialect.identifier_preparer._double_percents = False
    return dialect


def emit(sqlalchemy, metadata, dialect):
    from sqlalchemy.engine.mock import MockConnection

    def execute(statement, *multiparams, **params):
        table = getattr(statement, "element", None)
        table = getattr(table, "table", table)
        place = PLACES.get(id(table))
        try:
            compiled = statement if isinstance(statement, str) else str(statement.compile(dialect=dialect))
        except Exception as error:
            error.declared_at = place
            raise
        more = {"file": place[0], "line": place[1]} if place else {}
        say(sql=compiled.strip(), **more)

    if dialect.name == "postgresql":
        quote = dialect.identifier_preparer.quote
        things = list(metadata.tables.values()) + list(metadata._sequences.values())
        schemas = {getattr(it, "schema", None) for it in things} | {metadata.schema}
        for schema in sorted(str(it) for it in schemas if it):
            say(sql="CREATE SCHEMA IF NOT EXISTS %s" % quote(schema))
    metadata.create_all(bind=MockConnection(dialect, execute), checkfirst=False)


def numbers(version):
    parts = []
    for part in version.split("."):
        digits = "".join(it for it in part if it.isdigit())
        if not digits:
            break
        parts.append(int(digits))
    return tuple(parts)


def main():
    name, product, version, target = sys.argv[1:5]
    try:
        import sqlalchemy
    except ImportError as error:
        stop("sqlalchemy", last_line(error), python=sys.executable)
    release = numbers(sqlalchemy.__version__)
    if release < (1, 4):
        stop("version", "SQLAlchemy %s is too old" % sqlalchemy.__version__)
    watch_tables(sqlalchemy)
    module, attribute = load(target)
    metadata = find(sqlalchemy, module, attribute)
    say(sqlalchemy=sqlalchemy.__version__, release=list(release[:2]), module=getattr(module, "__file__", None))
    try:
        emit(sqlalchemy, metadata, dialect_of(name, product, numbers(version)))
    except BaseException as error:
        failed("declare", error)
    say(end=True)
    OUT.flush()
    os._exit(0)


main()
