namespace FhirGateway.Sandbox.Tests.Contract;

public abstract class SearchingContract(FhirServer server) : ServerContract(server)
{
    [Fact]
    public async Task Identifiers_are_found_by_system_and_value_either_or_both()
    {
        await Server.Post("Patient", Patient(Mark + "a"));
        await Server.Post("Patient", Patient(Mark + "b"));
        Assert.Equal(1, await Count($"Patient?identifier={System}|{Mark}a"));
        Assert.Equal(1, await Count($"Patient?identifier={Mark}a"));
        Assert.Equal(2, await Count($"Patient?identifier={System}|"));
        Assert.Equal(2, await Count($"Patient?identifier={System}|{Mark}a,{System}|{Mark}b"));
        Assert.Equal(0, await Count($"Patient?identifier=|{Mark}a"));
        Assert.Equal(0, await Count($"Patient?identifier={System.ToUpperInvariant()}|{Mark}a"));
        Assert.Equal(0, await Count($"Patient?identifier={System}|{Mark}a&identifier={System}|{Mark}b"));
    }

    [Fact]
    public async Task An_identifier_without_system_is_found_by_an_empty_one()
    {
        await Server.Post("Patient", $$"""{"resourceType":"Patient","identifier":[{"value":"{{Mark}}"}]}""");
        Assert.Equal(1, await Count($"Patient?identifier=|{Mark}"));
        Assert.Equal(0, await Count($"Patient?identifier={System}|{Mark}"));
    }

    [Fact]
    public async Task A_comma_in_a_value_is_escaped()
    {
        await Server.Post("Patient", Patient("a,b"));
        Assert.Equal(1, await Count($"Patient?identifier={System}|a%5C,b"));
    }

    [Fact]
    public async Task A_searchset_names_itself_and_what_it_found()
    {
        var created = await Server.Post("Patient", Patient("1"));
        var found = await Server.Get($"Patient?identifier={System}|1");
        Assert.Equal("searchset", found.Text("type"));
        Assert.Equal($"{Server.BaseUrl}/Patient?identifier={Uri.EscapeDataString(System + "|1")}", found.Link("self"));
        Assert.Equal($"{Server.BaseUrl}/Patient/{created.Id}", (string?)found.Entries[0]["fullUrl"]);
        Assert.Equal("match", (string?)found.Entries[0]["search"]!["mode"]);
    }

    [Fact]
    public async Task A_search_may_be_posted()
    {
        await Server.Post("Patient", Patient("1"));
        var found = await Server.Send(
            "POST", "Patient/_search", $"identifier={Uri.EscapeDataString(System + "|1")}",
            ("Content-Type", "application/x-www-form-urlencoded"));
        Assert.Equal(200, found.Status);
        Assert.Equal(1, found.Total);
    }

    [Fact]
    public async Task Ids_are_searched_like_anything_else()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        await Server.Put($"Patient/{Mark}x", Patient("2", id: Mark + "x"));
        Assert.Equal(2, await Count($"Patient?_id={Mark},{Mark}x"));
        Assert.Equal(1, await Count($"Patient?_id={Mark}&identifier={System}|1"));
        Assert.Equal(0, await Count($"Patient?_id={Mark}&identifier={System}|2"));
    }

    [Fact]
    public async Task References_are_found_by_id_type_and_chain()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        var encounter = await Server.Post("Encounter", Encounter($"Patient/{Mark}"));
        var composition = $$$"""{"resourceType":"Composition","status":"final","subject":{"reference":"Patient/{{{Mark}}}"}"""
            + $$$""","encounter":{"reference":"Encounter/{{{encounter.Id}}}"}}""";
        await Server.Post("Composition", composition);
        foreach (var query in new[]
        {
            $"Encounter?patient={Mark}", $"Encounter?patient=Patient/{Mark}", $"Encounter?subject={Mark}", $"Encounter?subject=Patient/{Mark}",
            $"Encounter?subject:Patient={Mark}", $"Encounter?subject.identifier={System}|1", $"Encounter?subject:Patient.identifier"
                + $"={System}|1",
            $"Composition?encounter={encounter.Id}", $"Composition?encounter=Encounter"
                + $"/{encounter.Id}", $"Composition?patient={Mark}&status=final",
            $"Patient?_id={Mark}&_has:Encounter:subject:status=planned",
        })
        {
            Assert.True(await Count(query) == 1, query);
        }

        Assert.Equal(0, await Count($"Encounter?subject=Group/{Mark}"));
        Assert.Equal(0, await Count($"Encounter?patient={Mark}x"));
        Assert.Equal(0, await Count($"Patient?_id={Mark}&_has:Encounter:subject:status=finished"));
        IsOutcome(await Server.Get($"Encounter?subject:identifier={System}|1"), 400);
        IsOutcome(await Server.Get($"Encounter?subject:Nonsense={Mark}"), 400);
        IsOutcome(await Server.Get("Encounter?subject.nonsense=1"), 400);
    }

    [Fact]
    public async Task Codes_are_found_with_and_without_system()
    {
        await StoreCompositions("2020");
        foreach (var query in new[] { "type=34109-9", "type=http://loinc.org|34109-9", "type=http://loinc.org|", "status=final", "status=preliminary,final", "type:not=1", "status=final&type=34109-9" })
        {
            Assert.True(await Count($"Composition?title={Mark}&{query}") == 1, query);
        }

        foreach (var query in new[] { "type=|34109-9", "type=http://loinc.org|1", "type=1", "status=preliminary", "status:not=final", "status=nonsense" })
        {
            Assert.True(await Count($"Composition?title={Mark}&{query}") == 0, query);
        }
    }

    [Fact]
    public async Task Strings_start_with_what_is_searched()
    {
        await Server.Post("Patient", Patient("1", $"\"name\":[{{\"family\":\"Ångström{Mark}\",\"given\":[\"Zoë\"]}}]"));
        foreach (var query in new[] { $"family=Ångström{Mark}", $"family=angstrom{Mark}", $"family=ANG&identifier={System}|1", $"family:exact=Ångström{Mark}", $"name=zoe&identifier={System}|1" })
        {
            Assert.True(await Count("Patient?" + query) == 1, query);
        }

        Assert.Equal(0, await Count($"Patient?family:exact=angstrom{Mark}"));
        Assert.Equal(0, await Count($"Patient?family=strom{Mark}"));
        IsOutcome(await Server.Get("Patient?family:contains=x"), 405);
    }

    [Fact]
    public async Task Missing_tells_what_has_a_value()
    {
        await Server.Post("Patient", Patient("1", "\"active\":true"));
        Assert.Equal(1, await Count($"Patient?identifier={System}|1&active:missing=false"));
        Assert.Equal(0, await Count($"Patient?identifier={System}|1&active:missing=true"));
        Assert.Equal(1, await Count($"Patient?identifier={System}|1&birthdate:missing=true"));
        Assert.Equal(1, await Count($"Patient?identifier={System}|1&active=true"));
    }

    [Fact]
    public async Task Dates_are_compared_by_prefix_as_hapi_does()
    {
        string[] dates = ["2020", "2020-05", "2020-05-10", "2020-05-10T10:30:00Z", "2020-05-10T10:30:00.500+02:00"];
        await StoreCompositions(dates);
        var expected = new Dictionary<string, int[]>
        {
            ["2020"] = [0, 1, 2, 3, 4],
            ["2020-05"] = [1, 2, 3, 4],
            ["eq2020-05-10"] = [2, 3, 4],
            ["2020-05-10T10:30"] = [3],
            ["2020-05-10T10:30:00Z"] = [3],
            ["2020-05-10T12:30:00%2B02:00"] = [3],
            ["ne2020-05"] = [0],
            ["gt2020-05-10"] = [0, 1],
            ["lt2020-05-10"] = [0, 1],
            ["ge2020-05-10"] = [0, 1, 2, 3, 4],
            ["le2020-05-10"] = [0, 1, 2, 3, 4],
            ["sa2020-05-09"] = [2, 3, 4],
            ["eb2020-05-11"] = [2, 3, 4],
            ["ge2020-05"] = [0, 1],
            ["gt2020-05"] = [0],
            ["le2020-05"] = [0, 1],
            ["lt2020-06"] = [0, 1, 2, 3, 4],
            ["ge2020"] = [0],
            ["gt2020"] = [],
            ["ge2020-05-10T10:30:00Z"] = [0, 1, 2, 3],
            ["gt2020-05-10T10:30:00Z"] = [0, 1, 2],
            ["lt2020-05-10T10:30:00Z"] = [0, 1, 2, 4],
            ["sa2020-05-10T08:30:00Z"] = [3],
            ["ge2020-05-01&date=lt2020-06-01"] = [0, 1, 2, 3, 4],
        };
        foreach (var (query, indexes) in expected)
        {
            var found = (
                await Server.Get($"Composition?title={Mark}&date={query}")).Resources.Select(composition => (string)composition["date"]!);
            Assert.True(indexes.Select(index => dates[index]).Order().SequenceEqual(found.Order()), $"{query}: {string.Join(' ', found)}");
        }
    }

    [Fact]
    public async Task A_period_is_searched_by_its_ends()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        await Server.Post("Encounter", Encounter($"Patient/{Mark}", """ "period":{"start":"2021-01-10","end":"2021-01-20"} """));
        await Server.Post("Encounter", Encounter($"Patient/{Mark}", """ "period":{"start":"2021-03-01"} """));
        var expected = new Dictionary<string, int>
        {
            ["2021-01"] = 1,
            ["ge2021-01-15"] = 2,
            ["lt2021-02-01"] = 1,
            ["le2021-01-15"] = 1,
            ["eb2021-02-01"] = 1,
            ["sa2021-02-01"] = 1,
            ["gt2030-01-01"] = 1,
        };
        foreach (var (query, count) in expected) Assert.True(await Count($"Encounter?patient={Mark}&date={query}") == count, query);
    }

    [Fact]
    public async Task Bad_dates_are_400()
    {
        foreach (var query in new[] { "nonsense", "xx2020", "ap2020", "2020-13", "2020,2021" })
        {
            IsOutcome(await Server.Get("Composition?date=" + query), 400);
        }
    }

    [Fact]
    public async Task Last_updated_labels_tags_and_profiles_are_searched()
    {
        await Server.Post(
            "Patient",
            Patient(
                "1",
                $"\"meta\":{{\"profile\":[\"{System}\"],\"security\":[{{\"system\":\"{System}\",\"code\":\"AIAST\"}}],\"tag\":[{{\"syste"
                    + $"m\":\"{System}\",\"code\":\"t\"}}]}}"));
        foreach (var query in new[] { "_lastUpdated=ge2020-01-01", $"_security={System}|AIAST", $"_tag={System}|t", $"_profile={System}" })
        {
            Assert.True(await Count($"Patient?identifier={System}|1&{query}") == 1, query);
        }

        Assert.Equal(0, await Count($"Patient?identifier={System}|1&_lastUpdated=lt2020-01-01"));
        Assert.Equal(0, await Count($"Patient?identifier={System}|1&_security={System}|other"));
    }

    [Fact]
    public async Task Unknown_parameters_are_400()
    {
        IsOutcome(await Server.Get("Patient?nonsense=1"), 400);
        IsOutcome(await Server.Get("Patient?_sort=nonsense"), 400);
        IsOutcome(await Server.Get("Patient?_count=many"), 400);
        IsOutcome(await Server.Get("Patient?_text=x"), 400);
        IsOutcome(await Server.Get("Encounter?_include=Encounter:nonsense"), 400);
        IsOutcome(await Server.Get("Encounter?_include=Nonsense:subject"), 400);
        IsOutcome(await Server.Get("Encounter?_revinclude=Encounter"), 400);
    }

    [Fact]
    public async Task A_parameter_without_value_asks_nothing()
    {
        await Server.Post("Patient", Patient("1"));
        Assert.Equal(1, await Count($"Patient?identifier={System}|1&birthdate="));
    }

    [Fact]
    public async Task Results_are_sorted_and_paged()
    {
        for (var number = 1; number <= 5; number++)
        {
            await Server.Post(
                "Patient", Patient($"{number}", $"\"birthDate\":\"198{number}-01-01\",\"name\":[{{\"family\":\"F{6 - number}\"}}]"));
        }

        Assert.Equal(["1", "2", "3", "4", "5"], await Pages($"Patient?identifier={System}|&_sort=birthdate&_count=2"));
        Assert.Equal(["5", "4", "3", "2", "1"], await Pages($"Patient?identifier={System}|&_sort=-birthdate&_count=2"));
        Assert.Equal(["5", "4", "3", "2", "1"], await Pages($"Patient?identifier={System}|&_sort=family&_count=4"));
        Assert.Equal(["1", "2", "3", "4", "5"], await Pages($"Patient?identifier={System}|&_sort=_lastUpdated"));
    }

    [Fact]
    public async Task An_unknown_page_is_410() =>
        IsOutcome(await Server.Get($"?_getpages={Guid.NewGuid()}&_getpagesoffset=2&_count=2"), 410);

    [Fact]
    public async Task A_count_needs_no_entries()
    {
        await Server.Post("Patient", Patient("1"));
        foreach (var query in new[] { "_summary=count", "_count=0" })
        {
            var counted = await Server.Get($"Patient?identifier={System}|1&{query}");
            Assert.Equal(1, counted.Total);
            Assert.Empty(counted.Entries);
        }
    }

    [Fact]
    public async Task Elements_and_summary_show_a_part_and_say_so()
    {
        await Server.Post(
            "Patient",
            Patient(
                "1",
                """ "active":true,"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},"photo":"""
                    + """[{"url":"urn:p"}] """));
        var part = (await Server.Get($"Patient?identifier={System}|1&_elements=identifier")).Resources.Single();
        Assert.True(part.ContainsKey("identifier"));
        Assert.False(part.ContainsKey("active"));
        Assert.Equal("SUBSETTED", (string?)part["meta"]!["tag"]![0]!["code"]);
        var summary = (await Server.Get($"Patient?identifier={System}|1&_summary=true")).Resources.Single();
        Assert.True(summary.ContainsKey("active"));
        Assert.False(summary.ContainsKey("photo"));
        Assert.False(summary.ContainsKey("text"));
    }

    [Fact]
    public async Task Included_resources_come_along_and_are_not_counted()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        var encounter = await Server.Post("Encounter", Encounter($"Patient/{Mark}"));
        foreach (var include in new[] { "Encounter:subject", "Encounter:patient", "Encounter:subject:Patient", "Encounter:*", "*" })
        {
            var found = await Server.Get($"Encounter?patient={Mark}&_include={include}");
            Assert.Equal(1, found.Total);
            Assert.Equal(["match", "include"], found.Entries.Select(entry => (string)entry["search"]!["mode"]!));
            Assert.Equal(Mark, (string?)found.Resources[1]["id"]);
        }

        var reverse = await Server.Get($"Patient?_id={Mark}&_revinclude=Encounter:subject");
        Assert.Equal(1, reverse.Total);
        Assert.Equal([Mark, encounter.Id], reverse.Resources.Select(resource => (string)resource["id"]!));
    }

    [Fact]
    public async Task What_the_gateway_writes_is_found_by_provenance()
    {
        var document = await Server.Post(
            "DocumentReference",
            $$$"""{"resourceType":"DocumentReference","status":"current","masterIdentifier":{"system":"{{{System}}}","value":"v1"}"""
                + $$$""","content":[{"attachment":{"contentType":"text/plain"}}]}""");
        await Server.Put(
            $"Provenance/{Mark}",
            $$$"""{"resourceType":"Provenance","id":"{{{Mark}}}","target":[{"reference":"DocumentReference/{{{document.Id}}}"}]"""
                + $$$""","recorded":"2026-01-01T00:00:00Z","agent":[{"who":{"display":"x"}}]}""");
        var found = await Server.Get($"DocumentReference?identifier={System}|v1&_revinclude=Provenance:target");
        Assert.Equal(["DocumentReference", "Provenance"], found.Resources.Select(resource => (string)resource["resourceType"]!));
        Assert.Equal(1, await Count($"Provenance?target=DocumentReference/{document.Id}"));
        Assert.Equal(1, await Count($"Provenance?target:DocumentReference={document.Id}"));
    }

    private async Task<int> Count(string query)
    {
        var found = await Server.Get(query);
        Assert.True(found.Status == 200, $"{query}: {found.Status} {found.Diagnostics}");
        return found.Total;
    }

    private async Task StoreCompositions(params string[] dates)
    {
        foreach (var date in dates)
        {
            await Server.Post(
                "Composition",
                $$$"""{"resourceType":"Composition","title":"{{{Mark}}}","status":"final","date":"{{{date}}}","type":{"coding":"""
                    + $$$"""[{"system":"http://loinc.org","code":"34109-9"}]}}""");
        }
    }

    private async Task<IReadOnlyList<string>> Pages(string query)
    {
        var values = new List<string>();
        for (var (next, pages) = ((string?)query, 0); next is not null && pages < 10; pages++)
        {
            var page = await Server.Get(next);
            Assert.Equal(200, page.Status);
            Assert.Equal(5, page.Total);
            values.AddRange(page.Resources.Select(patient => (string)patient["identifier"]![0]!["value"]!));
            next = page.Link("next");
        }

        return values;
    }
}
