namespace FhirGateway.Ledger.PostgreSql;

/// <summary>
/// The tables in which Orleans keeps who is a member of the gateways' cluster. It reads the text of each of its statements from
/// <c>OrleansQuery</c>, by key; their parameters and the names of what they return are what its ADO.NET provider knows them by
/// (Microsoft.Orleans.Clustering.AdoNet 10.4, MIT). Its packages hold no SQL; this is ours.
/// </summary>
/// <remarks>Every change of a member counts the cluster's version up, and is done only if nobody else counted it up before.</remarks>
internal static class PostgresMembership
{
    private const string Columns =
        "v.cluster AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.name AS SiloName, "
        + "m.host AS HostName, m.status AS Status, m.proxy_port AS ProxyPort, m.suspected AS SuspectTimes, m.started_at AS StartTime, "
        + "m.alive_at AS IAmAliveTime, v.version AS Version FROM cluster_version v LEFT JOIN cluster_member m ON m.cluster = v.cluster";

    private const string One = "cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation";

    private const string Counted =
        "UPDATE cluster_version SET version = version + 1, changed_at = now() WHERE cluster = @DeploymentId AND version = @Version";

    /// <summary>The step of the schema that makes them, and the secret from which lanes get their names in the cluster.</summary>
    public const string Step =
        $"""
        CREATE TABLE cluster_secret (secret bytea NOT NULL);
        INSERT INTO cluster_secret SELECT sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea);

        CREATE TABLE cluster_version (
            cluster             varchar(150) PRIMARY KEY,
            version             integer NOT NULL DEFAULT 0,
            changed_at          timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE cluster_member (
            cluster             varchar(150) NOT NULL REFERENCES cluster_version,
            address             varchar(45) NOT NULL,
            port                integer NOT NULL,
            generation          integer NOT NULL,       -- when it started: a member that comes back is another one
            name                varchar(150) NOT NULL,
            host                varchar(150) NOT NULL,
            status              integer NOT NULL,
            proxy_port          integer,
            suspected           varchar(8000),          -- by whom it was not reached, and when
            started_at          timestamptz NOT NULL,
            alive_at            timestamptz NOT NULL,
            PRIMARY KEY (cluster, address, port, generation)
        );

        CREATE TABLE OrleansQuery (QueryKey varchar(64) PRIMARY KEY, QueryText varchar(8000) NOT NULL);
        INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
            ('MembershipReadAllKey', $$SELECT {Columns} WHERE v.cluster = @DeploymentId$$),
            ('MembershipReadRowKey', $$SELECT {Columns} AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
                WHERE v.cluster = @DeploymentId$$),
            ('InsertMembershipVersionKey', $$
                WITH begun AS (INSERT INTO cluster_version (cluster) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
                SELECT count(*)::int FROM begun$$),
            ('InsertMembershipKey', $$
                WITH counted AS ({Counted} AND NOT EXISTS (SELECT 1 FROM cluster_member WHERE {One}) RETURNING 1),
                added AS (
                    INSERT INTO cluster_member (cluster, address, port, generation, name, host, status, proxy_port, started_at, alive_at)
                    SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
                    FROM counted RETURNING 1)
                SELECT count(*)::int FROM added$$),
            ('UpdateMembershipKey', $$
                WITH counted AS ({Counted} AND EXISTS (SELECT 1 FROM cluster_member WHERE {One}) RETURNING 1),
                changed AS (
                    UPDATE cluster_member SET status = @Status, suspected = @SuspectTimes, alive_at = @IAmAliveTime
                    FROM counted WHERE {One} RETURNING 1)
                SELECT count(*)::int FROM changed$$),
            ('UpdateIAmAlivetimeKey', $$UPDATE cluster_member SET alive_at = @IAmAliveTime WHERE {One}$$),
            ('GatewaysQueryKey', $$SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation FROM cluster_member
                WHERE cluster = @DeploymentId AND status = @Status AND proxy_port > 0$$),
            ('CleanupDefunctSiloEntriesKey', $$DELETE FROM cluster_member
                WHERE cluster = @DeploymentId AND alive_at < @IAmAliveTime AND status <> 3$$),    -- 3: active
            ('DeleteMembershipTableEntriesKey', $$DELETE FROM cluster_member WHERE cluster = @DeploymentId;
                DELETE FROM cluster_version WHERE cluster = @DeploymentId$$);
        """;
}
