using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FhirGateway.Cluster;

/// <summary>
/// This gateway as a member of a cluster: it joins, and joins anew when it was declared dead or the database was away. While it is no
/// member nothing is lost but the sharing of lanes: the ledger's claims hold either way.
/// </summary>
/// <param name="work">Takes a lane on for this gateway.</param>
public sealed class ClusterMember(ClusterPlace place, WorkLane work, ILoggerFactory loggers, TimeProvider clock)
{
    private static readonly TimeSpan BeforeJoiningAnew = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ToLeave = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger<ClusterMember>();
    private volatile Membership? _now;

    /// <summary>Whether it is a member now.</summary>
    public bool IsMember => _now is not null;

    /// <summary>The present membership; null for none.</summary>
    internal MemberLife? Life => _now?.Life;

    /// <summary>How many members the cluster has as this one sees it; none while it is no member.</summary>
    public int Members => _now?.Statuses.GetApproximateSiloStatuses(onlyActive: true).Count ?? 0;

    /// <summary>How many lanes have their place at this gateway.</summary>
    public int Lanes => _now?.Life.Lanes ?? 0;

    /// <summary>Tells the gateway that has the lane, or this one if none has, that there is something due in it.</summary>
    /// <returns>
    /// Whether it is worked there. Otherwise whoever asks may work it: the one that has it is gone, or takes nothing on.
    /// </returns>
    public async Task<bool> WakeAsync(LaneName lane, TimeSpan limit)
    {
        if (_now is not { } membership) return false;
        try
        {
            var grain = membership.Grains.GetGrain<ILaneGrain>(membership.Keys.Of(lane));
            return await grain.WakeAsync(lane).WaitAsync(limit, clock, membership.Life.Over);
        }
        catch (Exception unreachable) when (unreachable is not OutOfMemoryException)
        {
            return false;
        }
    }

    /// <summary>Is a member until it is stopped; then leaves. Failures are told and tried again, never thrown.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        if (place.Certificate is null) ClusterLog.InTheClear(_logger);
        while (!stopping.IsCancellationRequested)
        {
            using var life = new MemberLife(work);
            try
            {
                await BeMemberAsync(life, stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                ClusterLog.CantJoin(_logger, failure.GetType().Name, failure.Message, BeforeJoiningAnew);
            }

            await Task.Delay(BeforeJoiningAnew, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BeMemberAsync(MemberLife life, CancellationToken stopping)
    {
        await using var database = Silo.Database(place);
        var keys = new LaneKeys(await SecretAsync(database, stopping));
        using var host = Silo.Build(place, database, life, loggers);
        try
        {
            await host.StartAsync(stopping).WaitAsync(stopping);
            var services = host.Services;
            _now = new Membership(
                life, services.GetRequiredService<IGrainFactory>(), keys, services.GetRequiredService<ISiloStatusOracle>());
            ClusterLog.Joined(_logger, place.Name);
            var why = await life.Evicted.WaitAsync(stopping);
            ClusterLog.Evicted(_logger, why, BeforeJoiningAnew);
        }
        finally
        {
            _now = null;
            using var limit = new CancellationTokenSource(ToLeave, clock);
            await host.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            life.End();
        }
    }

    private static async Task<byte[]> SecretAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT secret FROM cluster_secret");
        return (byte[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private sealed record Membership(MemberLife Life, IGrainFactory Grains, LaneKeys Keys, ISiloStatusOracle Statuses);
}
