from django.db import migrations, models

# Transactions are numbered by PostgreSQL; the offset carries the count on when a dump was
# restored into a cluster that numbers from the start again (accounts/receivers.py).
# A row is stamped whatever its INSERT says, so nothing can be slipped into a sealed batch
# except by the owner who disables the trigger, and then the batch no longer agrees.
CLOCK = """
CREATE FUNCTION accounts_audit_offset() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 0::bigint';
CREATE FUNCTION accounts_audit_horizon() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + accounts_audit_offset()
$$;
CREATE FUNCTION accounts_event_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.written_in := pg_current_xact_id()::text::bigint + accounts_audit_offset();
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_event_stamp BEFORE INSERT ON accounts_event
    FOR EACH ROW EXECUTE FUNCTION accounts_event_stamp();
"""
UNCLOCK = """
DROP TRIGGER accounts_event_stamp ON accounts_event;
DROP FUNCTION accounts_event_stamp();
DROP FUNCTION accounts_audit_horizon();
DROP FUNCTION accounts_audit_offset();
"""

# The rights keep the site's role out; the triggers keep out everybody's slips, the owner's too.
# The one way past them is said aloud in the transaction that takes it.
GUARD = """
CREATE OR REPLACE FUNCTION accounts_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('zhipei.audit_prune', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION accounts_auditseal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'seals are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER accounts_auditseal_append_only BEFORE UPDATE OR DELETE ON accounts_auditseal
    FOR EACH ROW EXECUTE FUNCTION accounts_auditseal_refuse();
-- Test databases are emptied this way, and say so.
CREATE FUNCTION accounts_audit_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('zhipei.audit_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'events and seals are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER accounts_event_no_truncate BEFORE TRUNCATE ON accounts_event
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_refuse_truncate();
CREATE TRIGGER accounts_auditseal_no_truncate BEFORE TRUNCATE ON accounts_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_refuse_truncate();
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'zhipei_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON accounts_event, accounts_auditseal FROM zhipei_app;
    END IF;
END $$;
"""
UNGUARD = """
DROP TRIGGER accounts_auditseal_no_truncate ON accounts_auditseal;
DROP TRIGGER accounts_event_no_truncate ON accounts_event;
DROP FUNCTION accounts_audit_refuse_truncate();
DROP TRIGGER accounts_auditseal_append_only ON accounts_auditseal;
DROP FUNCTION accounts_auditseal_refuse();
CREATE OR REPLACE FUNCTION accounts_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_restriction"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "number",
                    models.BigIntegerField(primary_key=True, serialize=False, verbose_name="编号"),
                ),
                ("lower", models.BigIntegerField()),
                ("horizon", models.BigIntegerField()),
                ("first_id", models.BigIntegerField(verbose_name="首个事件")),
                ("last_id", models.BigIntegerField(verbose_name="末个事件")),
                ("count", models.BigIntegerField(verbose_name="事件数")),
                ("sealed_at", models.DateTimeField(verbose_name="封存时间")),
                ("rows_hash", models.CharField(max_length=64)),
                ("previous", models.CharField(max_length=64, unique=True)),
                ("hash", models.CharField(max_length=64, unique=True, verbose_name="哈希")),
            ],
            options={
                "verbose_name": "封存批次",
                "verbose_name_plural": "封存批次",
                "ordering": ["number"],
            },
        ),
        migrations.AddField(
            model_name="event",
            name="written_in",
            field=models.BigIntegerField(db_default=0, editable=False),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["written_in", "id"], name="accounts_ev_written_38e925_idx"),
        ),
        migrations.RunSQL(CLOCK, UNCLOCK),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
