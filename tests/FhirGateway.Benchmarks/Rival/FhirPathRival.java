import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.fhirpath.IFhirPath;
import ca.uhn.fhir.parser.IParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseBooleanDatatype;

/**
 * HL7's FHIRPath engine, measured as FhirPathBenchmark measures ours: FOCI TASKS ANSWERS.
 * FOCI holds a resource a line; TASKS "number of the focus, tab, expression" a line, in two groups that an empty line parts.
 * ANSWERS gets a result for each task, then for each group two lines of its rounds' evaluations a second: with the resources
 * read before, and with reading them included.
 */
public class FhirPathRival {
    private static final int WARM_UP_SECONDS = 10;
    private static final int ROUNDS = 15;

    private static final FhirContext FHIR = FhirContext.forR4();
    private static final IFhirPath ENGINE = FHIR.newFhirPath();
    private static final IParser PARSER = FHIR.newJsonParser();

    private static List<String> texts;
    private static final List<IBase> foci = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        texts = Files.readAllLines(Path.of(args[0]));
        for (String text : texts) foci.add(PARSER.parseResource(text));

        Map<String, IFhirPath.IParsedExpression> parsed = new HashMap<>();
        List<String> answers = new ArrayList<>();
        // By focus, the expressions that are evaluated over it.
        List<Map<Integer, List<IFhirPath.IParsedExpression>>> groups = new ArrayList<>(List.of(new TreeMap<>()));
        for (String line : Files.readAllLines(Path.of(args[1]))) {
            if (line.isEmpty()) {
                groups.add(new TreeMap<>());
                continue;
            }
            String[] parts = line.split("\t", 2);
            int focus = Integer.parseInt(parts[0]);
            try {
                if (!parsed.containsKey(parts[1])) parsed.put(parts[1], ENGINE.parse(parts[1]));
                answers.add(result(evaluate(foci.get(focus), parsed.get(parts[1]))));
                groups.get(groups.size() - 1).computeIfAbsent(focus, any -> new ArrayList<>()).add(parsed.get(parts[1]));
            } catch (Exception cannot) {
                answers.add("error");
            }
        }

        for (Map<Integer, List<IFhirPath.IParsedExpression>> group : groups) {
            answers.add(measure(group, false));
            answers.add(measure(group, true));
        }
        Files.write(Path.of(args[2]), answers);
        System.exit(0);
    }

    private static List<IBase> evaluate(IBase focus, IFhirPath.IParsedExpression expression) {
        return ENGINE.evaluate(focus, expression, IBase.class);
    }

    private static String result(List<IBase> items) {
        if (items.size() == 1 && items.get(0) instanceof IBaseBooleanDatatype value) return String.valueOf(value.getValue());
        return String.valueOf(items.size());
    }

    private static String measure(Map<Integer, List<IFhirPath.IParsedExpression>> group, boolean fromText) {
        long evaluations = group.values().stream().mapToLong(List::size).sum();
        for (long end = System.nanoTime() + WARM_UP_SECONDS * 1_000_000_000L; System.nanoTime() < end; ) pass(group, fromText);
        StringBuilder rates = new StringBuilder();
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            int passes = 0;
            while (System.nanoTime() - start < 500_000_000L) {
                pass(group, fromText);
                passes++;
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            if (round > 0) rates.append(' ');
            rates.append(String.format(Locale.ROOT, "%.1f", passes * evaluations / seconds));
        }
        return rates.toString();
    }

    private static int pass(Map<Integer, List<IFhirPath.IParsedExpression>> group, boolean fromText) {
        int items = 0;
        for (Map.Entry<Integer, List<IFhirPath.IParsedExpression>> work : group.entrySet()) {
            IBase focus = fromText ? PARSER.parseResource(texts.get(work.getKey())) : foci.get(work.getKey());
            for (IFhirPath.IParsedExpression expression : work.getValue()) items += evaluate(focus, expression).size();
        }
        return items;
    }
}
