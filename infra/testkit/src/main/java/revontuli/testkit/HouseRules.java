package revontuli.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/// The rules of the house, held against one service. Each failure says how to mend it.
public final class HouseRules {
    private HouseRules() {}

    /// Checks every class under the root package, such as `revontuli.tokenizer`.
    public static void check(String root) {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(root);
        rules(root).forEach(rule -> rule.check(classes));
    }

    private static List<ArchRule> rules(String root) {
        return List.of(
                noClasses()
                        .that()
                        .resideOutsideOfPackages("..grpc..", "..kafka..", "..store..", "..djl..", "..http..", root)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "io.quarkus..",
                                "io.smallrye..",
                                "jakarta..",
                                "io.grpc..",
                                "org.hibernate..",
                                "org.apache.kafka..",
                                "ai.djl..",
                                "revontuli.api..")
                        .because(
                                "features must be testable without a container: move the I/O to grpc, kafka, store or djl"),
                noClasses()
                        .that()
                        .resideInAPackage(root + "..")
                        .should()
                        .dependOnClassesThat(new OtherServices(root))
                        .because(
                                "services speak over gRPC and events only: put what both need into contracts or platform"),
                classes()
                        .that()
                        .areAnnotatedWith("jakarta.persistence.Entity")
                        .should()
                        .bePackagePrivate()
                        .allowEmptyShould(true)
                        .because("rows are the store's own: map them to the domain type before they leave"),
                noFields()
                        .should()
                        .beAnnotatedWith("jakarta.inject.Inject")
                        .because("a class says what it needs in its constructor"),
                fields().that()
                        .areStatic()
                        .and()
                        .areDeclaredInClassesThat()
                        .resideInAPackage(root + "..")
                        .should()
                        .beFinal()
                        .allowEmptyShould(true)
                        .because("hidden shared state cannot be tested: pass it in"),
                noClasses()
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("lombok..", "javax.annotation..", "org.junit..", "..shaded..")
                        .because("the house uses records, JSpecify and its libraries under their own names"));
    }

    /// Classes of another service than the one under this root.
    private static final class OtherServices extends DescribedPredicate<JavaClass> {
        private static final List<String> ROOTS =
                List.of("revontuli.tokenizer", "revontuli.inference", "revontuli.safety", "revontuli.trainer");
        private final String root;

        OtherServices(String root) {
            super("belong to another service");
            this.root = root;
        }

        @Override
        public boolean test(JavaClass type) {
            String name = type.getPackageName();
            return ROOTS.stream().anyMatch(other -> !other.equals(root) && (name + ".").startsWith(other + "."));
        }
    }
}
