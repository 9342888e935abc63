#!/usr/bin/env bash
# Of:     Microsoft.Extensions.TimeProvider.Testing 10.11.0 (NuGet), .NET 10.
# Seen 2026-11-29, on that version.
# Says the documentation: FakeTimeProvider.AdjustTime "updates the current time, and has no impact on outstanding timers. This is
#         similar to what happens in a real system when the system's time is changed." TimeProvider.GetTimestamp is for measuring
#         what has passed: on a real system it doesn't follow the clock.
# Does:   after the time was adjusted an hour back, GetTimestamp is an hour smaller, so that GetElapsedTime says minus one hour.
# Why it matters here: whoever tests that a clock set back delays nothing (leases, retries, back-off) measures the step against
#         the monotonic clock. With this fake both step together: code that notices the step in production sees none in its test,
#         and code that breaks on a step passes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >seen.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.Extensions.TimeProvider.Testing" Version="10.11.0" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using System;
using System.Threading;
using Microsoft.Extensions.Time.Testing;

var clock = new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
var fired = false;
using var timer = clock.CreateTimer(_ => fired = true, null, TimeSpan.FromMinutes(5), Timeout.InfiniteTimeSpan);
var before = clock.GetTimestamp();

clock.AdjustTime(clock.GetUtcNow().AddHours(-1));
Console.WriteLine($"elapsed after an adjustment of an hour back: {clock.GetElapsedTime(before)}");
clock.Advance(TimeSpan.FromMinutes(5));
Console.WriteLine($"elapsed after five minutes more: {clock.GetElapsedTime(before)}, the timer of five minutes has fired: {fired}");
CS
dotnet run -v q >now.txt
cat now.txt
cat >seen.txt <<'TXT'
elapsed after an adjustment of an hour back: -01:00:00
elapsed after five minutes more: -00:55:00, the timer of five minutes has fired: True
TXT
diff seen.txt now.txt >/dev/null || { echo "CHANGED since 2026-11-29:"; diff seen.txt now.txt; exit 1; }
