using FhirGateway.Chaos.Destination;

namespace FhirGateway.Chaos.Faults;

/// <summary>What stands before the FHIR server misbehaves, or that server is down.</summary>
internal static class ProxyFaults
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan BetweenDrops = TimeSpan.FromMilliseconds(60);

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("refused", RefuseAsync),
        Of("reset-before", call => Done(call.Reset)),
        Of("reset-after", async call =>
        {
            await call.ForwardAsync();
            call.Reset();
        }),
        Of("503", call => call.SayAsync(503, "Service Unavailable")),
        Of("503-retry-after", call => call.SayAsync(503, "Service Unavailable", retryAfter: 3)),
        Of("429", call => call.SayAsync(429, "Too Many Requests")),
        Of("429-retry-after", call => call.SayAsync(429, "Too Many Requests", retryAfter: 2)),
        Of("500-storm", call => call.SayAsync(500, "Internal Server Error"), share: 1),
        Of("504-after", async call =>
        {
            await call.ForwardAsync();
            await call.SayAsync(504, "Gateway Time-out");
        }),
        Of("401", call => call.SayAsync(401, "Unauthorized")),
        Of("404-html", call => call.SayAsync(404, "Not Found")),
        Of("400-html", call => call.SayAsync(400, "Bad Request")),
        Of("413-html", call => call.SayAsync(413, "Request Entity Too Large")),
        Of("empty-200", call => call.SayAsync(200)),
        Of("empty-200-after", async call =>
        {
            await call.ForwardAsync();
            await call.SayAsync(200);
        }),
        Of("login-page-200", call => call.SayAsync(200, "Please sign in")),
        Of("truncated", async call => await call.TruncateAsync(await call.ForwardAsync())),
        Of("slow", async call =>
        {
            await call.WaitAsync(Slow);
            await call.AnswerAsync(await call.ForwardAsync());
        }),
        Of("slow-after", async call =>
        {
            var answer = await call.ForwardAsync();
            await call.WaitAsync(Slow);
            await call.AnswerAsync(answer);
        }),
        Of("hanging", call => call.HangAsync(), share: 0.3),
        Of("hanging-after", async call =>
        {
            await call.ForwardAsync();
            await call.HangAsync();
        }),
        Of("drip", async call => await call.DripAsync(await call.ForwardAsync(), BetweenDrops)),
        new("server-restart", async scene =>
        {
            await scene.Site.StopAsync();
            await scene.HoldAsync();
            await scene.Site.StartAsync();
        })
        {
            Lacks = scene => scene.Site.IsOwn ? null : "the FHIR server is not this program's to restart",
        },
    ];

    /// <summary>What a call may meet while something else happens, too.</summary>
    public static IDisposable Any(Scene scene)
    {
        Func<ProxiedCall, Task>[] some =
        [
            call => Done(call.Reset),
            async call =>
            {
                await call.ForwardAsync();
                call.Reset();
            },
            call => call.SayAsync(503),
            async call =>
            {
                await call.WaitAsync(Slow);
                await call.AnswerAsync(await call.ForwardAsync());
            },
        ];
        return scene.Proxy.Misbehave(some[scene.Chance.Next(some.Length)], share: 0.5);
    }

    private static Fault Of(string name, Func<ProxiedCall, Task> fault, double share = 0.7) => new(name, async scene =>
    {
        using (scene.Proxy.Misbehave(fault, share)) await scene.HoldAsync();
    });

    private static async Task RefuseAsync(Scene scene)
    {
        await scene.Proxy.CloseAsync();
        await scene.HoldAsync();
        await scene.Proxy.OpenAsync();
    }

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
